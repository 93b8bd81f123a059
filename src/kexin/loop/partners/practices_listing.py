"""The register of irregular practices as a list: confirmed ones for all, reports for those who examine."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Choices, Column, DefaultView, Filter, Listing, register
from kexin.ground.search import queries as found
from kexin.ground.staff.models import User
from kexin.loop.customers.edits import branch_choices
from kexin.loop.customers.models import Customer
from kexin.loop.partners import queries
from kexin.loop.partners.choices import Answer, Step
from kexin.loop.partners.models import Incident
from kexin.loop.partners.queries.practices import COUNTED

EXAMINE = "practice.examine"


def records(user: User) -> QuerySet[Incident]:
    return queries.incidents_visible_to(user).select_related("customer", "kind", "branch", "reported_by", "answered_by")


def search(incidents: QuerySet[Incident], text: str) -> QuerySet[Incident]:
    return incidents.filter(customer__in=found.matching(Customer.objects.all(), "customer", text).values("pk"))


def _counting(incidents: QuerySet[Incident], value: Any, user: User) -> QuerySet[Incident]:  # noqa: ARG001 -- a flag
    return incidents.filter(COUNTED, counts_until__gte=timezone.localdate())


def _kinds(user: User) -> Choices:  # noqa: ARG001 -- kinds are everybody's
    return [(str(kind.pk), str(kind)) for kind in queries.kinds()]


COLUMNS = (
    Column("number", pgettext_lazy("practice", "Number"), lambda row: row.number, format="link", fixed=True),
    Column("customer", gettext_lazy("Customer"), lambda row: row.customer.name, note=lambda row: row.customer.code),
    Column("kind", pgettext_lazy("practice", "Practice"), lambda row: str(row.kind), order="kind_id"),
    Column("happened", pgettext_lazy("practice", "Happened"), lambda row: row.happened_on, format="date", order="happened_on"),
    Column("learnt", pgettext_lazy("practice", "Learnt"), lambda row: row.learnt_on, format="date", default=False),
    Column("step", pgettext_lazy("practice", "Stands at"), lambda row: str(row.get_step_display())),
    Column("amount", pgettext_lazy("practice", "Amount"), lambda row: row.amount, format="money", currency=lambda row: row.currency),
    Column("answer", pgettext_lazy("practice", "Answer"), lambda row: str(row.get_answer_display()) if row.answer else ""),
    Column("time", pgettext_lazy("practice", "Which time"), lambda row: row.time, format="number", default=False),
    Column("counts_until", gettext_lazy("Counts until"), lambda row: row.counts_until, format="date"),
    Column("branch", gettext_lazy("Branch"), lambda row: str(row.branch) if row.branch else ""),
    Column("reported_by", gettext_lazy("Reported by"), lambda row: str(row.reported_by or ""), default=False, permission=EXAMINE),
    Column("answered_by", gettext_lazy("Answer decided by"), lambda row: str(row.answered_by or ""), default=False),
)  # fmt: skip
FILTERS = (
    Filter("step", pgettext_lazy("practice", "Stands at"), "choice", path="step", choices=Step.choices),
    Filter("kind", pgettext_lazy("practice", "Practice"), "choice", path="kind", choices=_kinds),
    Filter("answer", pgettext_lazy("practice", "Answer"), "choice", path="answer", choices=Answer.choices),
    Filter("counting", gettext_lazy("Counts today"), "flag", apply=_counting),
    Filter("happened", pgettext_lazy("practice", "Happened"), "date", path="happened_on"),
    Filter("branch", gettext_lazy("Branch"), "choice", path="branch", choices=branch_choices),
    Filter("code", gettext_lazy("Customer code"), "text", path="customer__code"),
)

PRACTICES = register(
    Listing(
        name="practices",
        title=gettext_lazy("Irregular practices"),
        records=records,
        columns=COLUMNS,
        filters=FILTERS,
        default_order="-happened",
        search=search,
        search_hint=gettext_lazy("Name, pinyin, end of a phone number, plate, code"),
        views=(
            DefaultView(pgettext_lazy("practices", "All"), ""),
            DefaultView(gettext_lazy("To be examined"), "step=reported&step=examined"),
            DefaultView(gettext_lazy("Counts today"), "counting=1"),
        ),
        permission="customer.view",
        unit=pgettext_lazy("practices", "incidents"),
    )
)
