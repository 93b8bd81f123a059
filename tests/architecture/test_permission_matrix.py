"""The permission matrix: every route × every role × own, a colleague's and another branch's record, and nobody signed in.

It is made from the URL configuration. Each cell is really asked for, and must answer what the declarations promise:
`@page(permission, record=…)` on the view, `staff.rules.MAY` for the role, and what the person sees. A route that declares
nothing, or whose address names a kind without a sample, fails here, and the message says what its author must do.

docs/reference/permissions.md is written from the same declarations: KEXIN_TEST_WRITE=1 pytest tests/architecture/test_permission_matrix.py
"""

from __future__ import annotations

import logging
import os
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
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker
from tests.factories.staff import make_branch, make_user
from tests.samples import SAMPLES, SCOPES, SOMETIMES_MISSING, VALUES

from kexin.ground.staff import rules
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
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
    narrow = [kind for kind in route.kinds if SCOPES.get(kind, "branch") != "company"]
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
    scope = SCOPES.get(route.access.record, "branch")
    visible = {
        "company": True,
        "owner": which == MINE,
        "owner or sees all": which == MINE or sees == Sees.ALL,
        "owner or administrator": which == MINE or role == Role.ADMINISTRATOR,
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
    narrowed = access.record is not None and SCOPES.get(access.record, "branch") != "company"
    cells = [_cell(access, role, narrowed=narrowed) for role in ROLES]
    permission = f"`{access.permission}`" if access.permission else "*signed in*"
    if access.change:
        permission += f", to change `{access.change}`"
    return f"| `{address}` | {permission} | {' | '.join(cells)} |"


def _cell(access: Access, role: str, *, narrowed: bool) -> str:
    if access.permission is not None and not rules.may(role, access.permission):
        return "–"
    if access.change is not None and not rules.may(role, access.change):
        return "read"
    return "seen" if narrowed else "yes"
