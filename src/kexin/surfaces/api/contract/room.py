"""Rooms of the API: each operation is declared once, with who may call it, what it takes and what it gives.

room = Room("customers")

@room.get("/customers/{int:customer_id}", "customer.view", record="customer", gives=one(CUSTOMER))
def customer(request: HttpRequest, customer_id: int) -> HttpResponse: ...
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from ninja import Router

from kexin.ground.lists.listing import Listing
from kexin.ground.tokens import actions as tokens
from kexin.ground.tokens.actions import Kept
from kexin.surfaces.api.contract import asking, looking
from kexin.surfaces.api.contract.access import Gate, caller_of
from kexin.surfaces.api.contract.shapes import Schema, Shape, many, maybe, ref
from kexin.surfaces.frame.access import Access

View = Callable[..., HttpResponseBase]
KEPT_HEADERS = ("ETag", "Location")


@dataclass(frozen=True)
class Gives:
    """What an operation answers when it did what was asked."""

    status: int
    schema: Schema | None
    example: Any = None
    etag: bool = False
    location: bool = False
    about: str = ""
    media_type: str = "application/json"


def one(shape: Shape, *, etag: bool = True, status: int = 200) -> Gives:
    return Gives(status, ref(shape.name), shape.example(), etag=etag, location=status in {201, 202}, about=shape.about)


def made(shape: Shape, *, etag: bool = True) -> Gives:
    return one(shape, etag=etag, status=201)


def page(shape: Shape) -> Gives:
    """A page of records, and where the next one begins."""
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["items", "next"],
        "properties": {"items": many(ref(f"{shape.name}Row")), "next": maybe({"type": "string"})},
    }
    return Gives(200, schema, {"items": [shape.example()], "next": None}, about=shape.about)


def several(shape: Shape) -> Gives:
    """All there are, of which there are few."""
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["items"],
        "properties": {"items": many(ref(shape.name))},
    }
    return Gives(200, schema, {"items": [shape.example()]}, about=shape.about)


NOTHING = Gives(204, None, about="Done; there is nothing to tell.")


@dataclass(frozen=True)
class Operation:
    """One declared operation, as the permission matrix, the document and the tests read it."""

    name: str
    method: str
    path: str  # with {int:customer_id}
    access: Access
    scope: str
    gives: Gives
    versioned: bool
    listing: Listing | None
    shape: Shape | None
    parameters: dict[str, Schema]  # of the query, beside those of a listing


OPERATIONS: dict[str, Operation] = {}
SHAPES: dict[str, Shape] = {}


def described(shape: Shape) -> Shape:
    """Make a shape known to the document."""
    SHAPES[shape.name] = shape
    return shape


class Room:
    """Operations of one domain."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.router = Router(tags=[name])

    def get(self, path: str, permission: str | None, **declared: Any) -> Callable[[View], View]:
        return self._operation("GET", path, permission, **declared)

    def post(self, path: str, permission: str | None, **declared: Any) -> Callable[[View], View]:
        return self._operation("POST", path, permission, **declared)

    def put(self, path: str, permission: str | None, **declared: Any) -> Callable[[View], View]:
        return self._operation("PUT", path, permission, **declared)

    def patch(self, path: str, permission: str | None, **declared: Any) -> Callable[[View], View]:
        return self._operation("PATCH", path, permission, versioned=True, **declared)

    def delete(self, path: str, permission: str | None, *, versioned: bool = True, **declared: Any) -> Callable[[View], View]:
        return self._operation("DELETE", path, permission, versioned=versioned, gives=NOTHING, **declared)

    def _operation(  # noqa: PLR0913 -- what there is to say of an operation
        self,
        method: str,
        path: str,
        permission: str | None,
        *,
        gives: Gives,
        record: str | None = None,
        versioned: bool = False,
        listing: Listing | None = None,
        shape: Shape | None = None,
        parameters: dict[str, Schema] | None = None,
        atomic: bool = True,
    ) -> Callable[[View], View]:
        access = Access(permission=permission, record=record)
        gate = Gate(access, writes=method != "GET")

        def declare(view: View) -> View:
            name = f"{self.name}_{view.__name__}"
            operation = Operation(name, method, path, access, gate.scope, gives, versioned, listing, shape, dict(parameters or {}))
            if name in OPERATIONS:
                raise ValueError(name)
            OPERATIONS[name] = operation
            self.router.api_operation([method], path, auth=gate, operation_id=name, url_name=name, summary=_summary(view))(
                _kept_to(view, operation, atomic=atomic)
            )
            return view

        return declare


def _summary(view: View) -> str:
    return (inspect.getdoc(view) or view.__name__).split("\n")[0].rstrip(".")


def _kept_to(view: View, operation: Operation, *, atomic: bool) -> View:
    """The view, with what every operation keeps to around it."""

    @functools.wraps(view)
    def called(request: HttpRequest, **values: Any) -> HttpResponseBase:
        if operation.listing is None:
            known = {*operation.parameters, *({"fields"} if operation.shape is not None else ())}
            asking.known_only(request.GET, known)
        if operation.versioned:
            values["version"] = asking.version_read(request)
        if operation.method == "GET":
            response = view(request, **values)
            looking.note(caller_of(request), operation.name, many=_of_customers(operation))
            return response
        if not atomic:
            return view(request, **values)
        if operation.method != "POST":
            with transaction.atomic():
                return view(request, **values)
        return once(request, lambda: cast("HttpResponse", view(request, **values)), content=hashlib.sha256(request.body).hexdigest())

    signature = inspect.signature(view, eval_str=True)
    shown = [parameter for parameter in signature.parameters.values() if parameter.name != "version"]
    called.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]  # what the library reads its types from
    return called


def _of_customers(operation: Operation) -> bool:
    """Whether it tells of many customers at once: every list does but those of goods, partners and what was sent; and the search."""
    if operation.listing is None:
        return operation.name == "search_search"
    return operation.listing.name not in {"products", "partners", "deliveries"}


def once(request: HttpRequest, do: Callable[[], HttpResponse], *, content: str) -> HttpResponse:
    """Do it once for each Idempotency-Key, and answer the same again.

    The key is taken in the transaction of the write itself: a process that is killed between leaves neither, and a second
    request with the same key waits for the first.
    """
    caller = caller_of(request)
    key = request.headers.get("Idempotency-Key")
    if key is None or caller.token is None:
        with transaction.atomic():
            return do()
    tokens.check_key(key)
    asked = tokens.fingerprint(request.method, request.get_full_path(), request.headers.get("If-Match", ""), content)
    with transaction.atomic():
        begun = tokens.begin_answer(token=caller.token, secret=caller.secret, key=key, request=asked, now=timezone.now())
        if isinstance(begun, Kept):
            again = HttpResponse(begun.body, status=begun.status, content_type="application/json; charset=utf-8")
            for name, value in begun.headers.items():
                again[name] = value
            again["Idempotency-Replayed"] = "true"
            return again
        response = do()
        headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
        tokens.keep_answer(answer=begun, secret=caller.secret, key=key, kept=Kept(response.status_code, headers, response.content))
    return response
