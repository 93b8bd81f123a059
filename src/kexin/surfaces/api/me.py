"""Who asks: the person or integration behind a token, and what it may do."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kexin.ground.staff import rules
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.tokens.rules import SCOPES
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.room import Room, described, one
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, YES, Field, Shape, many, maybe, one_of
from kexin.surfaces.api.people import NAMED, named

room = Room("me")

ME = described(
    Shape(
        "Me",
        (
            Field("id", INTEGER, lambda caller: caller.user.pk, 3),
            Field("name", TEXT, lambda caller: str(caller.user), "李敏"),
            Field("is_integration", YES, lambda caller: caller.user.is_integration, False),
            Field("role", one_of(Role), lambda caller: caller.user.role, "front_line"),
            Field("sees", one_of(Sees), lambda caller: caller.user.sees, "branch", "Which records are within reach."),
            Field("language", TEXT, lambda caller: caller.user.language or settings.LANGUAGE_CODE, "zh-hans",
                  "What answers speak unless asked otherwise."),
            Field("branch", NAMED, lambda caller: named(caller.user.branch), {"id": 2, "name": "杭州店"}),
            Field("permissions", many(TEXT), lambda caller: sorted(name for name, roles in rules.MAY.items() if caller.user.role in roles),
                  ["customer.edit", "customer.view"], "Of the role."),
            Field("scopes", many(TEXT), lambda caller: [one for one in SCOPES if caller.covers(one)], ["customers:read"], "Of the token."),
            Field("token", maybe(TEXT), lambda caller: caller.token.name if caller.token else None, "ERP"),
            Field("expires_at", maybe(MOMENT), lambda caller: moment(caller.token.expires_at) if caller.token else None,
                  "2027-02-20T00:00:00.000Z"),
        ),
        about="The person or integration this request acts for.",
    )
)  # fmt: skip


@room.get("/me", None, gives=one(ME, etag=False))
def me(request: HttpRequest) -> HttpResponse:
    """Who am I, and what may I do with this token."""
    return answer(ME.of(caller_of(request)))
