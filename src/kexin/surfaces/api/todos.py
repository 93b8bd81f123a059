"""To-dos: what somebody owes a customer by when."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.loop.todo import actions, errors, queries
from kexin.loop.todo.choices import Kind, State
from kexin.loop.todo.lists import TODOS
from kexin.loop.todo.models import ToDo
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment, version_tag
from kexin.surfaces.api.contract.entries import Body, Line, MaybeKey, MaybeMoment, Moment, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named, owner_of

room = Room("todos")

TODO = described(
    Shape(
        "Todo",
        (
            Field("id", INTEGER, lambda row: row.pk, 501),
            Field("kind", TEXT, lambda row: row.kind, "call", "call, promise, follow_up, review, task, or a kind of another domain."),
            Field("title", TEXT, lambda row: row.title, "回电：到货时间"),
            Field("detail", TEXT, lambda row: row.detail, ""),
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("owner", NAMED, lambda row: named(row.owner), {"id": 3, "name": "李敏"}),
            Field("branch", NAMED, lambda row: named(row.branch), {"id": 2, "name": "杭州店"}),
            Field("due_at", maybe(MOMENT), lambda row: moment(row.due_at), "2026-11-23T01:00:00.000Z"),
            Field("state", one_of(State), lambda row: row.state, "open"),
            Field("outcome", TEXT, lambda row: row.outcome, ""),
            Field("created_at", MOMENT, lambda row: moment(row.created_at), "2026-11-20T02:16:00.000Z"),
            Field("done_at", maybe(MOMENT), lambda row: moment(row.done_at), None),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="What somebody owes a customer by when.",
    )
)


class NewTodo(Body):
    """What is to be done. Without an owner it falls to the customer's owner, else to you."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    kind: Annotated[str, OneOf(Kind)] = Kind.TASK.value
    detail: Annotated[str, StringConstraints(max_length=4000)] = ""
    customer_id: MaybeKey = None
    owner_id: MaybeKey = None
    due_at: MaybeMoment = None

    model_config = ConfigDict(
        json_schema_extra={"example": {"title": "回电：到货时间", "kind": "call", "due_at": "2026-11-23T09:00:00+08:00"}}
    )


class Done(Body):
    """What came of it."""

    outcome: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"outcome": "已回电，周五到货"}})


class Dropped(Body):
    """Why it is not needed after all."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "客户自己来取了"}})


class Later(Body):
    """Until when, and why."""

    due_at: Moment
    reason: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"due_at": "2036-11-25T09:00:00+08:00", "reason": "等厂家答复"}})


class Owner(Body):
    """Who does it; null: nobody yet."""

    owner_id: MaybeKey

    model_config = ConfigDict(json_schema_extra={"example": {"owner_id": None}})


def todo_of(caller: Caller, todo_id: int) -> ToDo:
    found = queries.todos_visible_to(caller.user).select_related("customer", "owner", "branch").filter(pk=todo_id).first()
    if found is None:
        raise errors.ToDoNotFound
    return found


def _shown(todo: ToDo, status: int = 200) -> HttpResponse:
    location = f"/api/v1/todos/{todo.pk}" if status == 201 else ""  # noqa: PLR2004 -- made anew
    return answer(TODO.of(todo), status, etag=version_tag(todo), location=location)


@room.get("/todos", "todo.view", gives=page(TODO), listing=TODOS, shape=TODO)
def todos(request: HttpRequest) -> HttpResponse:
    """To-dos, what is due first before the others. `state=open` gives what is left to do."""
    return answer(asking.page(request, TODOS, TODO, caller_of(request), needs={}))


@room.get("/todos/{int:todo_id}", "todo.view", record="todo", gives=one(TODO))
def todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    """One to-do."""
    return _shown(todo_of(caller_of(request), todo_id))


@room.post("/todos", "todo.edit", gives=made(TODO))
def open_todo(request: HttpRequest, payload: NewTodo) -> HttpResponse:
    """Put something on the list."""
    caller = caller_of(request)
    customer = file_of(caller, payload.customer_id) if payload.customer_id is not None else None
    owner = owner_of(caller, payload.owner_id)
    if owner is None and customer is None and not caller.user.is_integration:
        owner = caller.user
    values = payload.model_dump(exclude={"customer_id", "owner_id"})
    opened = actions.open_todo(**values, customer=customer, owner=owner, branch=None if customer else caller.user.branch, by=caller.actor)
    return _shown(opened, 201)


@room.post("/todos/{int:todo_id}/finish", "todo.edit", record="todo", gives=one(TODO), versioned=True)
def finish(request: HttpRequest, todo_id: int, payload: Done, version: int) -> HttpResponse:
    """It is done."""
    caller = caller_of(request)
    todo_of(caller, todo_id)
    return _shown(actions.finish(todo_id=todo_id, version=version, outcome=payload.outcome, by=caller.actor))


@room.post("/todos/{int:todo_id}/drop", "todo.edit", record="todo", gives=one(TODO), versioned=True)
def drop(request: HttpRequest, todo_id: int, payload: Dropped, version: int) -> HttpResponse:
    """It is not needed after all."""
    caller = caller_of(request)
    todo_of(caller, todo_id)
    return _shown(actions.drop(todo_id=todo_id, version=version, reason=payload.reason, by=caller.actor))


@room.post("/todos/{int:todo_id}/reopen", "todo.edit", record="todo", gives=one(TODO), versioned=True)
def reopen(request: HttpRequest, todo_id: int, version: int) -> HttpResponse:
    """Take back that it is done or not needed."""
    caller = caller_of(request)
    todo_of(caller, todo_id)
    return _shown(actions.reopen(todo_id=todo_id, version=version, by=caller.actor))


@room.post("/todos/{int:todo_id}/postpone", "todo.edit", record="todo", gives=one(TODO), versioned=True)
def postpone(request: HttpRequest, todo_id: int, payload: Later, version: int) -> HttpResponse:
    """Another moment, which must lie ahead."""
    caller = caller_of(request)
    todo_of(caller, todo_id)
    return _shown(actions.postpone(todo_id=todo_id, version=version, due_at=payload.due_at, reason=payload.reason, by=caller.actor))


@room.post("/todos/{int:todo_id}/reassign", "todo.edit", record="todo", gives=one(TODO), versioned=True)
def reassign(request: HttpRequest, todo_id: int, payload: Owner, version: int) -> HttpResponse:
    """Somebody else does it."""
    caller = caller_of(request)
    todo_of(caller, todo_id)
    return _shown(actions.reassign(todo_id=todo_id, version=version, owner=owner_of(caller, payload.owner_id), by=caller.actor))
