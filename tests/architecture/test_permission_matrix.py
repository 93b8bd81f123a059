"""The permission matrix: every route × every role × own, a colleague's and another branch's record, and nobody signed in.

It is made from the URL configuration. Each cell is really asked for, and must answer what the declarations promise:
`@page(permission, record=…)` on the view, `staff.rules.MAY` for the role, and what the person sees. A route that declares
nothing, or whose address names a kind without a sample, fails here, and the message says what its author must do.

docs/reference/permissions.md is written from the same declarations: KEXIN_TEST_WRITE=1 pytest tests/architecture/test_permission_matrix.py
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache as counts
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import make_token
from tests.samples import SAMPLES, SOMETIMES_MISSING, VALUES
from tests.samples import SCOPES as SCOPES_OF_KINDS

from kexin.ground.staff import rules
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.ground.tokens.rules import SCOPES
from kexin.surfaces.api.contract.document import document
from kexin.surfaces.api.contract.room import OPERATIONS, Operation
from kexin.surfaces.frame.access import Access

BACKEND = "kexin.surfaces.web.account.adapter.Backend"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "permissions.md"
ROLES = [role.value for role in Role]
# Each role as it is usually given out, and the front line also with the narrowest view.
PERSONS = [
    (Role.FRONT_LINE, Sees.OWN),
    (Role.FRONT_LINE, Sees.BRANCH),
    (Role.MANAGER, Sees.BRANCH),
    (Role.ANALYST, Sees.ALL),
    (Role.EXECUTIVE, Sees.ALL),
    (Role.ADMINISTRATOR, Sees.ALL),
]
MINE, COLLEAGUES, ELSEWHERE = "mine", "a colleague's", "another branch's"
METHODS = ("GET", "POST")
IN, SIGN_IN, FORBIDDEN, NOT_THERE = "in", "to sign in", "forbidden", "not there"


@dataclass(frozen=True)
class Route:
    name: str
    address: str
    arguments: tuple[str, ...]
    access: Access | None

    @property
    def kinds(self) -> list[str]:
        return [argument.removesuffix("_id") for argument in self.arguments if argument.endswith("_id")]


def _routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern):
            if hasattr(entry.callback, "operations"):
                continue  # the API's: each method of an address is an operation of its own, asked for below
            name = ":".join((*spaces, entry.name or "?"))
            arguments = tuple(entry.pattern.converters) or tuple(entry.pattern.regex.groupindex)
            yield Route(name, "/" + address, arguments, getattr(entry.callback, "access", None))


ROUTES = _routes()


@pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])
def test_every_route_says_who_may_call_it(route: Route) -> None:
    assert not route.name.endswith("?"), f"{route.address} has no name: give its path() one."
    assert route.access is not None, (
        f'{route.name} ({route.address}) declares nothing. Decorate its view, outermost, with @page("some.permission", record="kind") '
        'or @open_to_all("reason") from kexin.surfaces.frame.access.'
    )
    permission = route.access.permission
    for asked in {permission, route.access.change} - {None}:
        assert asked in rules.MAY, (
            f"{route.name} asks for the permission {asked!r}, which kexin.ground.staff.rules.MAY does not have: add a line there."
        )
    assert not route.access.anonymous or route.access.reason, f'{route.name} is open to all without a reason: @open_to_all("why").'
    for argument in route.arguments:
        if argument.endswith("_id"):
            assert argument.removesuffix("_id") in SAMPLES, (
                f"{route.name} has <{argument}> in its address, but tests/samples.py has no sample of that kind. "
                f"Add @sample({argument.removesuffix('_id')!r}) there: a function of (branch, owner) that makes one."
            )
        else:
            assert argument in VALUES, (
                f"{route.name} has <{argument}> in its address. Name it <kind>_id if it is a record; else add a value for it to VALUES "
                "in tests/samples.py."
            )
    narrow = [kind for kind in route.kinds if SCOPES_OF_KINDS.get(kind, "branch") != "company"]
    if not route.access.anonymous and narrow:
        assert route.access.record in route.kinds, (
            f"{route.name} has {', '.join(route.kinds)} in its address but declares record={route.access.record!r}: "
            f"write @page({permission!r}, record={route.kinds[-1]!r}) and fetch the record through what the person may see."
        )


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction around all cells, so that people and records are made once. Each request is undone by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def house(db: None) -> Iterator[House]:
    counts.clear()
    # Refusing is what is asked for here: a line in the log about every refusal helps nobody.
    loggers = [logging.getLogger(name) for name in ("django.request", "kexin.pages")]
    for logger in loggers:
        logger.disabled = True
    yield House()
    for logger in loggers:
        logger.disabled = False


@cache
def _some_password() -> str:
    return make_password("as good as any other")


class House:
    """Two branches below one group, a person of each kind in the first, colleagues in both."""

    def __init__(self) -> None:
        group = make_branch(name="集团")
        self.here, self.elsewhere = make_branch(parent=group), make_branch(parent=group)
        self.colleague = make_user(branch=self.here, role=Role.MANAGER)
        self.stranger = make_user(branch=self.elsewhere, role=Role.MANAGER)
        self.persons = {(role, sees): make_user(role=role, sees=sees, branch=self.here) for role, sees in PERSONS}
        User.objects.update(password=_some_password())  # some pages of the account are only for those who have one
        for person in self.persons.values():
            person.refresh_from_db(fields=["password"])
        self.nobody = Client(raise_request_exception=False)
        self.clients = {key: _signed_in(person) for key, person in self.persons.items()}
        self._samples: dict[tuple[str, int], Any] = {}

    def owners(self, person: User) -> dict[str, User]:
        return {MINE: person, COLLEAGUES: self.colleague, ELSEWHERE: self.stranger}

    def sample(self, kind: str, owner: User) -> Any:
        """What stands in an address for this person's record of a kind."""
        if (kind, owner.pk) not in self._samples:
            branch = self.elsewhere if owner == self.stranger else self.here
            self._samples[kind, owner.pk] = SAMPLES[kind](branch, owner)
        return self._samples[kind, owner.pk]

    def address(self, route: Route, owner: User) -> str:
        arguments = {
            argument: self.sample(argument.removesuffix("_id"), owner) if argument.endswith("_id") else VALUES[argument]
            for argument in route.arguments
        }
        return reverse(route.name, kwargs=arguments)

    def address_of(self, operation: Operation, owner: User) -> str:
        return _address(operation, self, owner)

    def narrow_token(self, operation: Operation) -> str:
        """An administrator's token with every scope but the one that is asked for (and what includes it)."""
        administrator = self.persons[Role.ADMINISTRATOR, Sees.ALL]
        domain = operation.scope.partition(":")[0]
        left = tuple(scope for scope in SCOPES if not operation.scope or not scope.startswith(f"{domain}:"))
        return make_token(administrator, scopes=left)

    def methods(self, route: Route) -> list[str]:
        """Those of the two that the page knows, found by asking as an administrator about a record of their own."""
        key = (Role.ADMINISTRATOR, Sees.ALL)
        address = self.address(route, self.persons[key])
        return [method for method in METHODS if _asked(self.clients[key], method, address).status_code != 405]


def _signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    return client


ASKED = [route for route in ROUTES if route.access is not None]


@pytest.mark.parametrize("route", ASKED, ids=[route.name for route in ASKED])
def test_every_cell_answers_what_was_declared(route: Route, house: House) -> None:
    wrong: list[str] = []
    methods = house.methods(route)
    assert methods, f"{route.name} answers neither {' nor '.join(METHODS)}."
    for which, owner in list(house.owners(house.colleague).items())[: 3 if route.kinds else 1]:
        address = house.address(route, owner)
        wrong += _wrong(route, "nobody signed in", which, house.nobody, address, dict.fromkeys(methods, SIGN_IN))
    for (role, sees), person in house.persons.items():
        for which, owner in list(house.owners(person).items())[: 3 if route.kinds else 1]:
            expected = {method: _expected(route, role, sees, which, method) for method in methods}
            wrong += _wrong(route, f"{role} seeing {sees}", which, house.clients[role, sees], house.address(route, owner), expected)

    assert wrong == [], "\n".join(
        [
            f"{route.name} ({route.address}) does not answer as declared ({route.access}).",
            *wrong,
            "Either the declaration is wrong, or the view fetches its record otherwise than through what the person may see,",
            "or the scope of the kind in tests/samples.py is (SCOPES).",
        ]
    )


def _expected(route: Route, role: str, sees: str, which: str, method: str) -> str:
    assert route.access is not None
    asked = route.access.asks(method)
    if asked is not None and not rules.may(role, asked):
        return FORBIDDEN
    if route.access.record is None or route.access.anonymous:
        return IN
    scope = SCOPES_OF_KINDS.get(route.access.record, "branch")
    visible = {
        "company": True,
        "owner": which == MINE,
        "owner or sees all": which == MINE or sees == Sees.ALL,
        "owner or administrator": which == MINE or role == Role.ADMINISTRATOR,
        "pool": sees == Sees.ALL or which != ELSEWHERE,
        "cover": which == MINE or (rules.may(role, "cover.manage") and (sees == Sees.ALL or which == COLLEAGUES)),
        "branch": sees == Sees.ALL or which == MINE or (sees == Sees.BRANCH and which == COLLEAGUES),
    }[scope]
    return IN if visible else NOT_THERE


def _wrong(route: Route, who: str, which: str, client: Client, address: str, expected: dict[str, str]) -> list[str]:
    """What is wrong with one cell: asked by GET and by POST, each undone afterwards."""
    assert route.access is not None
    wrong = []
    for method, promised in expected.items():
        answer = _asked(client, method, address)
        got = _outcome(answer)
        about = f" about {which}" if route.kinds else ""
        if answer.status_code >= 500:
            reason = answer.exc_info[1] if getattr(answer, "exc_info", None) else answer.status_code
            wrong.append(f"  {who}{about}, {method}: broke: {reason!r}. An empty form must be answered, not break.")
        elif route.access.anonymous:
            if got == FORBIDDEN:
                wrong.append(f"  {who}{about}, {method}: forbidden, though declared open to all")
        elif got != promised and not (promised == IN and got in {NOT_THERE, FORBIDDEN} and route.name in SOMETIMES_MISSING):
            wrong.append(f"  {who}{about}, {method}: should be {promised}, is {got} ({answer.status_code})")
    return wrong


def _asked(client: Client, method: str, address: str) -> Any:
    """The answer. What asking did is undone: to the database, and to who is signed in."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, address)
        if answer.streaming:
            answer.getvalue()  # read to its end, a file is closed
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def _outcome(answer: HttpResponseBase | Any) -> str:
    if answer.status_code in {301, 302} and answer["Location"].startswith(reverse(settings.LOGIN_URL)):
        return SIGN_IN
    return {403: FORBIDDEN, 404: NOT_THERE}.get(answer.status_code, IN)


# The API: the same cells for every operation, asked with a token of each person that has every scope.


def _operations() -> list[Operation]:
    get_resolver().url_patterns  # noqa: B018 -- reading the addresses imports the rooms, which declare their operations
    return sorted(OPERATIONS.values(), key=lambda one: (one.path, one.method))


API = _operations()
# Answered with 404 to whoever may call them, until there is something to show, and why.
NOT_YET = {
    "standing_place": "nobody was assessed yet",
    "imports_workbook": "no row was refused",
    "exports_file": "the export has not run",
}


def _kinds(operation: Operation) -> list[str]:
    return [name.removesuffix("_id") for name in re.findall(r"\{\w+:(\w+)\}", operation.path)]


def _address(operation: Operation, house: House, owner: User) -> str:
    return "/api/v1" + re.sub(r"\{\w+:(\w+)_id\}", lambda found: str(house.sample(found[1], owner)), operation.path)


@pytest.fixture(scope="module")
def programs(house: House) -> Iterator[dict[tuple[str, str], str]]:
    """A token of each person. Counting how fast they ask is another test's business."""
    with override_settings(API_COUNTS_IN="memory", API_BURST=1_000_000):
        yield {key: make_token(person) for key, person in house.persons.items()}


@pytest.mark.parametrize("operation", API, ids=[one.name for one in API])
def test_every_operation_names_its_record_and_scope(operation: Operation) -> None:
    assert operation.access.permission is None or operation.access.permission in rules.MAY
    assert not operation.scope or operation.scope in SCOPES
    narrow = [kind for kind in _kinds(operation) if SCOPES_OF_KINDS.get(kind, "branch") != "company"]
    assert not narrow or operation.access.record in _kinds(operation), f"declare record={narrow[-1]!r} and fetch it as its caller sees it"
    assert all(kind in SAMPLES for kind in _kinds(operation))


@pytest.mark.parametrize("operation", API, ids=[one.name for one in API])
def test_every_cell_of_an_operation_answers_what_was_declared(
    operation: Operation, house: House, programs: dict[tuple[str, str], str]
) -> None:
    wrong: list[str] = []
    whole = house.address_of(operation, house.colleague)
    for who, headers, promised in (
        ("nobody", {}, 401),
        ("a forged token", {"Authorization": "Bearer kx_aaaaaaaaaa_" + "A" * 43}, 401),
        ("a token without the scope", {"Authorization": f"Bearer {house.narrow_token(operation)}"}, 403 if operation.scope else 200),
    ):
        got = _called(operation, whole, headers).status_code
        if got != promised:
            wrong.append(f"  {who}: should be {promised}, is {got}")
    if operation.method != "GET":
        got = _called(operation, whole, {}, house.clients[Role.ADMINISTRATOR, Sees.ALL]).status_code
        if got != 401:
            wrong.append(f"  a page's session writes: {got}")
    for (role, sees), person in house.persons.items():
        for which, owner in list(house.owners(person).items())[: 3 if _kinds(operation) else 1]:
            promised_in = _promised(operation, role, sees, which)
            answer = _called(operation, house.address_of(operation, owner), {"Authorization": f"Bearer {programs[role, sees]}"})
            got_in = {403: FORBIDDEN, 404: NOT_THERE, 401: SIGN_IN}.get(answer.status_code, IN)
            if answer.status_code >= 500 or (got_in != promised_in and not (promised_in == IN and operation.name in NOT_YET)):
                wrong.append(
                    f"  {role} seeing {sees} about {which}: should be {promised_in}, is {answer.status_code} {answer.content[:200]!r}"
                )

    assert wrong == [], "\n".join([f"{operation.name} ({operation.method} {operation.path}) does not answer as declared.", *wrong])


def _promised(operation: Operation, role: str, sees: str, which: str) -> str:
    route = Route(operation.name, operation.path, tuple(f"{kind}_id" for kind in _kinds(operation)), operation.access)
    return _expected(route, role, sees, which, "GET")


def _called(operation: Operation, address: str, headers: dict[str, str], client: Client | None = None) -> Any:
    """The answer to the operation's own example. What it did is undone."""
    sent = {**headers, **({"If-Match": '"1"'} if operation.versioned else {})}
    body = _example(operation)
    client = client or Client(raise_request_exception=False)
    with transaction.atomic():
        if operation.name == "imports_upload":
            answer: Any = client.post(address, {"kind": "customers", "file": io.BytesIO(b"code,name\nA,B\n")}, headers=sent)
        else:
            answer = client.generic(operation.method, address, json.dumps(body) if body else "", "application/json", headers=sent)
        if answer.streaming:
            answer.getvalue()
        transaction.set_rollback(True)
    return answer


def _example(operation: Operation) -> Any:
    path = "/api/v1" + re.sub(r"\{\w+:(\w+)\}", r"{\1}", operation.path)
    body = _described()["paths"][path][operation.method.lower()].get("requestBody", {})
    return next((content.get("example") for content in body.get("content", {}).values()), None)


@cache
def _described() -> dict[str, Any]:
    return document()


def test_the_documented_matrix_is_current() -> None:
    written = _document()
    if os.environ.get("KEXIN_TEST_WRITE"):
        PAGE.write_text(written, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == written, (
        "write it anew: KEXIN_TEST_WRITE=1 pytest tests/architecture/test_permission_matrix.py"
    )


def _document() -> str:
    heads = [str(role).replace("_", " ") for role in ROLES]
    lines = [
        "# Permissions",
        "",
        "Written from the declarations of every page; a test asks for every cell. `yes`: may call it. `seen`: may call it for records",
        "they see (their own, their branch's and below, or all: each person has their own setting), for others it is as if the record",
        "were not there. `read`: may read it, not change it. `–`: may not. Everybody must be signed in, except where *anybody* is written.",
        "",
        "## Pages",
        "",
        f"| address | permission | {' | '.join(heads)} |",
        f"| --- | --- | {' | '.join('---' for _ in heads)} |",
    ]
    lines += [_line(route) for route in sorted(ASKED, key=lambda route: route.address)]
    lines += [
        "",
        "## Operations of the API",
        "",
        "A token needs the scope beside the role's permission. `seen`, `yes` and `–` as above.",
        "",
        f"| operation | permission | scope | {' | '.join(heads)} |",
        f"| --- | --- | --- | {' | '.join('---' for _ in heads)} |",
    ]
    lines += [_operation_line(operation) for operation in API]
    lines += [
        "",
        "## Permissions of each role",
        "",
        f"| permission | {' | '.join(heads)} |",
        f"| --- | {' | '.join('---' for _ in heads)} |",
    ]
    lines += [
        f"| `{permission}` | {' | '.join('yes' if role in roles else '–' for role in ROLES)} |"
        for permission, roles in sorted(rules.MAY.items())
    ]
    return "\n".join(lines) + "\n"


def _line(route: Route) -> str:
    access = route.access
    assert access is not None
    address = route.address.replace("|", "\\|")
    if access.anonymous:
        return f"| `{address}` | *anybody*: {access.reason} |" + " yes |" * len(ROLES)
    narrowed = access.record is not None and SCOPES_OF_KINDS.get(access.record, "branch") != "company"
    cells = [_cell(access, role, narrowed=narrowed) for role in ROLES]
    permission = f"`{access.permission}`" if access.permission else "*signed in*"
    if access.change:
        permission += f", to change `{access.change}`"
    return f"| `{address}` | {permission} | {' | '.join(cells)} |"


def _operation_line(operation: Operation) -> str:
    access = operation.access
    narrowed = access.record is not None and SCOPES_OF_KINDS.get(access.record, "branch") != "company"
    cells = " | ".join(_cell(access, role, narrowed=narrowed) for role in ROLES)
    address = re.sub(r"\{\w+:(\w+)\}", r"{\1}", operation.path)
    permission = f"`{access.permission}`" if access.permission else "*any token*"
    return f"| `{operation.method} {address}` | {permission} | {f'`{operation.scope}`' if operation.scope else '–'} | {cells} |"


def _cell(access: Access, role: str, *, narrowed: bool) -> str:
    if access.permission is not None and not rules.may(role, access.permission):
        return "–"
    if access.change is not None and not rules.may(role, access.change):
        return "read"
    return "seen" if narrowed else "yes"
