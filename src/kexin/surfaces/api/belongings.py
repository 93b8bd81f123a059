"""What belongs to a customer: contacts, numbers, assets, days. They are listed, added, read, changed and taken off alike."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from kexin.loop.customers import errors, queries
from kexin.loop.customers.choices import Topic
from kexin.loop.customers.models import Asset, Contact, ContactPoint, FileEntry, Occasion
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, nothing, version_tag
from kexin.surfaces.api.contract.entries import Body
from kexin.surfaces.api.contract.room import Room, made, one, several
from kexin.surfaces.api.contract.shapes import Shape
from kexin.surfaces.api.customers import file_of

Belonging = TypeVar("Belonging", Asset, Contact, ContactPoint, FileEntry, Occasion)
MOST = 200  # of one customer in one answer
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Thing:
    """One kind of belonging: how it is called in addresses and operations, what it looks like, which actions write it."""

    name: str
    many: str
    model: Any
    shape: Shape
    new: type[Body]
    change: type[Body]
    add: Callable[..., Any]
    alter: Callable[..., Any]
    remove: Callable[..., None]
    order: tuple[str, ...]
    about: tuple[str, str, str, str, str]  # list, add, one, change, remove: a sentence each, the document's


def belonging(caller: Caller, model: type[Belonging], pk: int) -> Belonging:
    """A contact, point, entry, asset or day of a customer this caller may see. What an entry says of credit not everybody may know."""
    found = queries.belongings_visible_to(caller.user, model).filter(pk=pk).first()
    if found is None or (isinstance(found, FileEntry) and found.topic == Topic.CREDIT and not caller.may_see("customer.credit")):
        raise errors.CustomerNotFound
    caller.looked_at.add(found.customer_id)
    return found


def offer(room: Room, thing: Thing) -> None:
    """Declare the five operations of a kind."""
    key = f"{thing.name}_id"
    of_customer, by_itself = f"/customers/{{int:customer_id}}/{thing.many}", f"/{thing.many}/{{int:{key}}}"

    def listed(request: HttpRequest, customer_id: int) -> HttpResponse:
        rows = thing.model.objects.filter(customer=file_of(caller_of(request), customer_id)).order_by(*thing.order)[:MOST]
        return answer({"items": [thing.shape.of(row) for row in rows]})

    def add(request: HttpRequest, customer_id: int, payload: Body) -> HttpResponse:
        caller = caller_of(request)
        file_of(caller, customer_id)
        added = thing.add(customer_id=customer_id, by=caller.actor, **payload.model_dump())
        return answer(thing.shape.of(added), 201, etag=version_tag(added), location=f"/api/v1/{thing.many}/{added.pk}")

    def show(request: HttpRequest, **address: int) -> HttpResponse:
        found = belonging(caller_of(request), thing.model, address[key])
        return answer(thing.shape.of(found), etag=version_tag(found))

    def change(request: HttpRequest, payload: Body, version: int, **address: int) -> HttpResponse:
        caller = caller_of(request)
        belonging(caller, thing.model, address[key])
        changed = thing.alter(**address, version=version, fields=payload.given(), by=caller.actor)
        return answer(thing.shape.of(changed), etag=version_tag(changed))

    def remove(request: HttpRequest, version: int, **address: int) -> HttpResponse:
        caller = caller_of(request)
        belonging(caller, thing.model, address[key])
        thing.remove(**address, version=version, by=caller.actor)
        return nothing()

    def called(view: View, name: str, about: int, **parameters: Any) -> View:
        """As if it had been written by hand: the library reads names, sentences and types from the function."""
        view.__name__, view.__doc__ = name, thing.about[about]
        takes = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind) for name, kind in parameters.items()]
        view.__signature__ = inspect.Signature(takes)  # type: ignore[attr-defined]  # what inspect reads first
        return view

    shape, new, changed = thing.shape, thing.new, thing.change
    seen: dict[str, Any] = {"record": "customer"}
    edited: dict[str, Any] = {"record": thing.name}
    room.get(of_customer, "customer.view", gives=several(shape), **seen)(
        called(listed, thing.many, 0, request=HttpRequest, customer_id=int)
    )
    room.post(of_customer, "customer.edit", gives=made(shape), **seen)(
        called(add, f"add_{thing.name}", 1, request=HttpRequest, customer_id=int, payload=new)
    )
    room.get(by_itself, "customer.view", gives=one(shape), **edited)(called(show, thing.name, 2, request=HttpRequest, **{key: int}))
    room.patch(by_itself, "customer.edit", gives=one(shape), **edited)(
        called(change, f"change_{thing.name}", 3, request=HttpRequest, payload=changed, **{key: int})
    )
    room.delete(by_itself, "customer.edit", **edited)(called(remove, f"remove_{thing.name}", 4, request=HttpRequest, **{key: int}))
