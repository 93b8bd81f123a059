"""Who is suitable, as a list: score, bounds, verdict, what is missing."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Choices, Column, DefaultView, Filter, Listing, register
from kexin.ground.search import queries as found
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.choosing import queries, wording
from kexin.loop.choosing.choices import Eligibility, GrantState, Verdict
from kexin.loop.choosing.models import Grant, Score
from kexin.loop.choosing.queries import terms
from kexin.loop.customers.choices import CustomerClass, Tier
from kexin.loop.customers.edits import branch_choices, owner_choices
from kexin.loop.customers.models import Customer, Place


def records(user: User) -> QuerySet[Score]:
    return queries.scores_visible_to(user).select_related("customer__place", "customer__owner", "customer__branch", "checklist", "made_by")


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(customer__in=found.matching(Customer.objects.all(), "customer", text).values("pk"))


def decorate(rows: list[Any], user: User) -> None:  # noqa: ARG001 -- words are everybody's
    vocabulary = wording.Vocabulary.of(row.ask_next for row in rows if row.ask_next)
    for row in rows:
        row.ask_words = vocabulary.label(row.ask_next) if row.ask_next else ""


def _place(row: Score) -> Place | None:
    return getattr(row.customer, "place", None)


def _placed(name: str) -> Any:
    return lambda row: getattr(_place(row), name, None)


def _rounded(name: str) -> Any:
    """A whole number of points; tenths would say more than is known."""
    return lambda row: None if getattr(row, name) is None else round(getattr(row, name))


COLUMNS = (
    Column("name", gettext_lazy("Customer"), lambda row: row.customer.name, format="link", fixed=True),
    Column("score", gettext_lazy("Score"), _rounded("score"), format="number", order="score"),
    Column("low", gettext_lazy("At least"), _rounded("low"), format="number"),
    Column("high", gettext_lazy("At most"), _rounded("high"), format="number"),
    Column("verdict", pgettext_lazy("suitability", "Verdict"), lambda row: str(row.get_verdict_display())),
    Column("known", gettext_lazy("Known"), lambda row: row.known, format="percent", order="known"),
    Column("ask", gettext_lazy("Ask next"), lambda row: row.ask_words),
    Column("checklist", gettext_lazy("Checklist"), lambda row: str(row.checklist), note=lambda row: f"v{row.made_by.number}"),
    Column("since", gettext_lazy("Verdict since"), lambda row: row.verdict_since, format="date", default=False),
    Column("tier", gettext_lazy("Tier"), _placed("tier"), format="tier"),
    Column("net", gettext_lazy("Net sales"), _placed("net_amount"), format="money", default=False,
           currency=lambda row: place.currency if (place := _place(row)) is not None else ""),
    Column("owner", gettext_lazy("Owner"), lambda row: str(row.customer.owner or "")),
    Column("branch", gettext_lazy("Branch"), lambda row: str(row.customer.branch or ""), default=False),
    Column("as_of", gettext_lazy("As of"), lambda row: row.as_of, format="date", default=False),
    Column("code", gettext_lazy("Code"), lambda row: row.customer.code, default=False),
)  # fmt: skip


def _mine(rows: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- a flag
    return rows.filter(customer__in=Customer.objects.filter(staff.whose(user)).values("pk"))


def _missing(scores: QuerySet[Score], value: list[str], user: User) -> QuerySet[Score]:  # noqa: ARG001 -- records are theirs already
    wanted = Q(pk__in=[])
    for name in value:
        wanted |= Q(missing__contains=f",{name},")
    return scores.filter(wanted)


def _known(scores: QuerySet[Score], value: Any, user: User) -> QuerySet[Score]:  # noqa: ARG001 -- as above
    """Typed in percent."""
    low, high = value
    bounds = {f"known__{end}": float(bound) / 100 for end, bound in (("gte", low), ("lte", high)) if bound is not None}
    return scores.filter(**bounds)


def _checklists(user: User) -> Choices:  # noqa: ARG001 -- everybody's
    return [(str(one.pk), str(one)) for one in queries.checklists()]


def _sources(user: User) -> Choices:  # noqa: ARG001 -- as above
    return wording.offered()


FILTERS = (
    Filter("verdict", pgettext_lazy("suitability", "Verdict"), "choice", path="verdict", choices=Verdict.choices),
    Filter("score", gettext_lazy("Score"), "number", path="score"),
    Filter("known", gettext_lazy("Known"), "number", apply=_known, unit="%"),
    Filter("missing", pgettext_lazy("suitability", "Not known"), "choice", choices=_sources, apply=_missing),
    Filter("checklist", gettext_lazy("Checklist"), "choice", path="checklist", choices=_checklists),
    Filter("mine", gettext_lazy("Mine"), "flag", apply=_mine),
    Filter("owner", gettext_lazy("Owner"), "choice", path="customer__owner", choices=owner_choices),
    Filter("branch", gettext_lazy("Branch"), "choice", path="customer__branch", choices=branch_choices),
    Filter("tier", gettext_lazy("Tier"), "choice", path="customer__place__tier", choices=Tier.choices),
    Filter("class", gettext_lazy("Class"), "choice", path="customer__place__customer_class", choices=CustomerClass.choices),
    Filter("since", gettext_lazy("Verdict since"), "date", path="verdict_since"),
)

SCORES = register(
    Listing(
        name="choosing",
        title=gettext_lazy("Who is suitable"),
        records=records,
        columns=COLUMNS,
        filters=FILTERS,
        default_order="-score",
        search=search,
        search_hint=gettext_lazy("Name, pinyin, end of a phone number, plate, code"),
        views=(
            DefaultView(pgettext_lazy("scores", "Everybody scored"), ""),
            DefaultView(pgettext_lazy("verdict", "Suitable"), "verdict=suitable"),
            DefaultView(pgettext_lazy("verdict", "Not suitable"), "verdict=unsuitable&sort=score"),
            DefaultView(gettext_lazy("Cannot say yet: ask"), "verdict=open&sort=-known"),
            DefaultView(gettext_lazy("Mine, to be asked"), "mine=1&verdict=open&sort=-known"),
        ),
        permission="choosing.view",
        decorate=decorate,
        unit=gettext_lazy("customers"),
    )
)


def _grants(user: User) -> QuerySet[Grant]:
    return terms.grants_visible_to(user).select_related("customer__owner", "customer__branch", "terms", "asked_by", "approved_by")


def _terms_choices(user: User) -> Choices:  # noqa: ARG001 -- everybody's
    return [(str(one.pk), str(one)) for one in terms.term_sets(retired=True)]


GRANTS = register(
    Listing(
        name="terms",
        title=gettext_lazy("Individual terms"),
        records=_grants,
        columns=(
            Column("name", gettext_lazy("Customer"), lambda row: row.customer.name, format="link", fixed=True),
            Column("terms", gettext_lazy("Individual terms"), lambda row: str(row.terms)),
            Column("state", gettext_lazy("State"), lambda row: str(row.get_state_display())),
            Column("first_day", gettext_lazy("From"), lambda row: row.first_day, format="date"),
            Column("last_day", gettext_lazy("Until"), lambda row: row.last_day, format="date", order="last_day"),
            Column("eligibility", gettext_lazy("Conditions"), lambda row: str(row.get_eligibility_display())),
            Column("override", gettext_lazy("Against the conditions"), lambda row: row.reason if row.is_override else ""),
            Column("checked_on", gettext_lazy("Looked at"), lambda row: row.checked_on, format="date", default=False),
            Column("asked_by", gettext_lazy("Asked by"), lambda row: str(row.asked_by or ""), default=False),
            Column("approved_by", gettext_lazy("Approved by"), lambda row: str(row.approved_by or "")),
            Column("owner", gettext_lazy("Owner"), lambda row: str(row.customer.owner or "")),
            Column("branch", gettext_lazy("Branch"), lambda row: str(row.customer.branch or ""), default=False),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), "choice", path="state", choices=GrantState.choices),
            Filter("terms", gettext_lazy("Individual terms"), "choice", path="terms", choices=_terms_choices),
            Filter("eligibility", gettext_lazy("Conditions"), "choice", path="eligibility", choices=Eligibility.choices),
            Filter("mine", gettext_lazy("Mine"), "flag", apply=_mine),
            Filter("last_day", gettext_lazy("Until"), "date", path="last_day"),
        ),
        default_order="last_day",
        search=search,
        search_hint=gettext_lazy("Name, pinyin, end of a phone number, plate, code"),
        views=(
            DefaultView(pgettext_lazy("terms", "In force"), "state=granted"),
            DefaultView(gettext_lazy("Waiting for a decision"), "state=asked"),
            DefaultView(gettext_lazy("No longer deserved"), "state=granted&eligibility=not"),
            DefaultView(pgettext_lazy("terms", "All"), ""),
        ),
        permission="choosing.view",
        unit=gettext_lazy("grants"),
    )
)
