"""The directory of partners as a list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Column, DefaultView, Filter, Listing, register
from kexin.ground.staff.models import User
from kexin.kit import text as plain_text
from kexin.loop.partners import queries
from kexin.loop.partners.choices import Role
from kexin.loop.partners.models import Office, Partner, PartnerContact

LONGEST = 80


def records(user: User) -> QuerySet[Partner]:
    return queries.partners_visible_to(user).select_related("customer")


def search(partners: QuerySet[Partner], text: str) -> QuerySet[Partner]:
    """Name, code, what they cover, where an office is. A company has hundreds of partners: they are read."""
    words = plain_text.normalise(text)[:LONGEST]
    own = Q(name__icontains=words) | Q(code__icontains=words) | Q(covers_regions__icontains=words) | Q(covers_products__icontains=words)
    offices = Office.objects.filter(Q(name__icontains=words) | Q(region__icontains=words) | Q(address__icontains=words)).values("partner")
    people = PartnerContact.objects.filter(name__icontains=words).values("partner")
    return partners.filter(own | Q(pk__in=offices) | Q(pk__in=people))


def decorate(rows: list[Any], user: User) -> None:  # noqa: ARG001 -- the directory is everybody's
    """Where each has offices, and whom to call first: two statements."""
    offices: dict[int, list[str]] = {}
    for partner, name, region in (
        Office.objects.filter(partner__in=rows, is_active=True).order_by("pk").values_list("partner", "name", "region")
    ):
        offices.setdefault(partner, []).append(f"{name} {region}".strip())
    people: dict[int, str] = {}
    for partner, name, role in PartnerContact.objects.filter(partner__in=rows).order_by("pk").values_list("partner", "name", "role"):
        people.setdefault(partner, " ".join(filter(None, (name, role))))
    for row in rows:
        row.office_words, row.first_person = offices.get(row.pk, []), people.get(row.pk, "")


def _ending(partners: QuerySet[Partner], value: int, user: User) -> QuerySet[Partner]:  # noqa: ARG001 -- a flag
    return partners.filter(is_active=True, agreed_until__lte=timezone.localdate() + timedelta(days=60))


COLUMNS = (
    Column("name", pgettext_lazy("partner", "Partner"), lambda row: row.name, format="link", order="name", fixed=True),
    Column("role", pgettext_lazy("partner", "What they are"), lambda row: str(row.get_role_display())),
    Column("offices", pgettext_lazy("partner", "Offices"), lambda row: row.office_words, format="chips"),
    Column("person", pgettext_lazy("partner", "Whom to ask"), lambda row: row.first_person),
    Column("regions", gettext_lazy("Covers regions"), lambda row: row.covers_regions),
    Column("products", gettext_lazy("Covers products"), lambda row: row.covers_products, default=False),
    Column("until", gettext_lazy("Agreed until"), lambda row: row.agreed_until, format="date", order="agreed_until"),
    Column("prices", gettext_lazy("Price comparison"), lambda row: row.price_agreement, default=False),
    Column("compared", gettext_lazy("Prices compared on"), lambda row: row.prices_compared_on, format="date", default=False),
    Column("customer", pgettext_lazy("partner", "Customer too"), lambda row: row.customer.code if row.customer else "", default=False),
    Column("code", gettext_lazy("Code"), lambda row: row.code, default=False),
    Column("note", gettext_lazy("Note"), lambda row: row.note, default=False),
)  # fmt: skip
FILTERS = (
    Filter("role", pgettext_lazy("partner", "What they are"), "choice", path="role", choices=Role.choices),
    Filter("ending", gettext_lazy("Agreement ends within 60 days"), "flag", apply=_ending),
    Filter("until", gettext_lazy("Agreed until"), "date", path="agreed_until"),
    Filter("regions", gettext_lazy("Covers regions"), "text", path="covers_regions"),
    Filter("products", gettext_lazy("Covers products"), "text", path="covers_products"),
)

DIRECTORY = register(
    Listing(
        name="partners",
        title=gettext_lazy("Partners and joint offices"),
        records=records,
        columns=COLUMNS,
        filters=FILTERS,
        default_order="name",
        search=search,
        search_hint=gettext_lazy("Name, code, region, product, person"),
        views=(
            DefaultView(pgettext_lazy("partners", "All"), ""),
            DefaultView(gettext_lazy("Joint offices"), "role=joint_office"),
            DefaultView(gettext_lazy("Agreements that end"), "ending=1&sort=until"),
        ),
        permission="partner.view",
        decorate=decorate,
        unit=pgettext_lazy("partners", "partners"),
    )
)
