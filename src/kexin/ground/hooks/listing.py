"""The list of deliveries: what was sent to whom, what came of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.hooks import queries, rules
from kexin.ground.hooks.choices import State
from kexin.ground.hooks.models import Delivery, Hook
from kexin.ground.lists.listing import Choices, Column, DefaultView, Filter, Listing, register
from kexin.ground.staff.models import User


def hook_choices(user: User) -> Choices:
    return [(str(pk), name) for pk, name in queries.hooks_visible_to(user).values_list("pk", "name")]


def kind_choices(user: User) -> Choices:  # noqa: ARG001 -- events are everybody's
    return [(name, name) for name in [*queries.announcement_names(), rules.TEST]]


def _of_hooks(deliveries: QuerySet[Delivery], value: list[str], user: User) -> QuerySet[Delivery]:  # noqa: ARG001 -- hooks are the company's
    chosen = [one for one in value if one.isascii() and one.isdigit() and len(one) < 19]  # noqa: PLR2004 -- what a key holds
    return deliveries.filter(hook__in=Hook.objects.filter(pk__in=chosen))


def _came_of_it(row: Any) -> str:
    return str(row.last_status or "") or (str(row.get_last_fault_display()) if row.last_fault else "")


COLUMNS = (
    Column("kind", pgettext_lazy("web hook", "Event"), lambda row: row.kind, format="link", fixed=True),
    Column("hook", pgettext_lazy("web hook", "Receiver"), lambda row: row.hook.name),
    Column("state", _("State"), lambda row: str(row.get_state_display())),
    Column("answered", pgettext_lazy("web hook", "Answered"), _came_of_it),
    Column("attempts", pgettext_lazy("web hook", "Attempts"), lambda row: row.attempts, format="number"),
    Column("occurred", pgettext_lazy("web hook", "Happened"), lambda row: row.occurred_at, format="datetime"),
    Column("ended", pgettext_lazy("web hook", "Ended"), lambda row: row.ended_at, format="datetime", default=False),
    Column("next", pgettext_lazy("web hook", "Next attempt"), lambda row: row.next_at if row.state == State.WAITING else None,
           format="datetime", default=False),
    Column("id", "webhook-id", lambda row: row.public_id, default=False),
)  # fmt: skip

FILTERS = (
    Filter("hook", pgettext_lazy("web hook", "Receiver"), "choice", choices=hook_choices, apply=_of_hooks),
    Filter("state", _("State"), "choice", path="state", choices=State.choices),
    Filter("kind", pgettext_lazy("web hook", "Event"), "choice", path="kind", choices=kind_choices),
    Filter("occurred", pgettext_lazy("web hook", "Happened"), "date", path="occurred_at"),
)

DELIVERIES = register(
    Listing(
        name="deliveries",
        title=_("Deliveries"),
        records=queries.deliveries_visible_to,
        columns=COLUMNS,
        filters=FILTERS,
        default_order="-pk",
        views=(
            DefaultView(pgettext_lazy("web hook", "All"), ""),
            DefaultView(State.FAILED.label, "state=failed"),
            DefaultView(State.WAITING.label, "state=waiting"),
        ),
        permission="hook.manage",
        unit=pgettext_lazy("web hook", "deliveries"),
    )
)
