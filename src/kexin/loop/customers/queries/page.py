"""All that the customer page shows, in a bounded number of statements whatever the file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers.choices import Calendar, PointKind, Topic
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Credit, Customer, FileEntry, Occasion, OccasionBefore, Place, Project
from kexin.loop.customers.queries.credit import credit_of
from kexin.loop.customers.queries.custom import Filled, custom_of
from kexin.loop.customers.queries.days import today_of
from kexin.loop.customers.queries.projects import projects_of
from kexin.loop.customers.queries.relations import Relatives, relations_of
from kexin.loop.customers.rules import asking, freshness, occasions

MOST_OF_EACH = 60  # contacts, points, assets, days, entries on one page; what is beyond is counted, not lost


@dataclass(frozen=True)
class Reach:
    """Who, and how to reach them; `contact` is None for the customer itself."""

    contact: Contact | None
    points: list[ContactPoint]


@dataclass(frozen=True)
class KnownThing:
    entry: FileEntry
    is_stale: bool


@dataclass(frozen=True)
class KnownDay:
    occasion: Occasion
    next_on: date
    in_days: int
    years: int | None

    @property
    def is_lunar(self) -> bool:
        return self.occasion.calendar == Calendar.LUNAR

    @property
    def lunar_words(self) -> str:
        """九月初九; in other languages by numbers."""
        if (get_language() or "").startswith("zh"):
            return occasions.lunar_words(self.occasion.month, self.occasion.day, leap=self.occasion.is_leap_month)
        words = _("leap month %(month)s, day %(day)s") if self.occasion.is_leap_month else _("month %(month)s, day %(day)s")
        return words % {"month": self.occasion.month, "day": self.occasion.day}


@dataclass(frozen=True)
class CustomerPage:
    customer: Customer
    place: Place | None
    reach: list[Reach]
    first_phone: ContactPoint | None
    entries: list[KnownThing]
    assets: list[Asset]
    days: list[KnownDay]
    completeness: freshness.Completeness
    freshness: freshness.Freshness
    today: date
    credit: Credit | None = None  # only for those who may see it
    credit_is_stale: bool = False
    projects: list[Project] = field(default_factory=list)
    relatives: Relatives | None = None
    custom: list[Filled] = field(default_factory=list)
    asks: list[asking.Ask] = field(default_factory=list)
    more: dict[str, bool] = field(default_factory=dict)  # which lists are longer than shown


def customer_page(customer: Customer, user: User) -> CustomerPage:
    """Contacts, points, entries, assets, days, credit, projects, relations and whose of them are seen, own fields and their values.

    Twelve statements at most, whatever the file holds.
    The customer comes with owner, branch and place joined.
    """
    today = today_of(customer)
    contacts = list(customer.contacts.order_by("-is_primary", "pk")[: MOST_OF_EACH + 1])
    points = list(customer.points.order_by("-is_primary", "pk")[: 2 * MOST_OF_EACH + 1])
    entries = list(
        customer.entries.filter(superseded_by=None, rejected_on=None)
        .select_related("collected_by")
        .order_by("-collected_on", "-pk")[: MOST_OF_EACH + 1]
    )
    assets = list(customer.assets.order_by("-acquired_on", "-pk")[: MOST_OF_EACH + 1])
    days = sorted((_known(day, today) for day in customer.occasions.order_by("pk")[: MOST_OF_EACH + 1]), key=lambda day: day.in_days)

    credit = credit_of(customer)  # read for everybody: whether it is on file is no secret, what it says is
    sees_credit = staff.may(user, "customer.credit")
    projects = projects_of(customer)
    known = ({"project"} if projects else set()) | set(_have(customer, contacts, points, entries, days)) | ({"credit"} if credit else set())
    shown = [entry for entry in entries if sees_credit or entry.topic != Topic.CREDIT]

    own = [point for point in points if point.contact_id is None]
    of_contact: dict[int, list[ContactPoint]] = {}
    for point in points:
        if point.contact_id is not None:
            of_contact.setdefault(point.contact_id, []).append(point)
    reach = [Reach(None, own)] if own else []
    reach += [Reach(contact, of_contact.get(contact.pk, [])) for contact in contacts[:MOST_OF_EACH]]
    topics = list(Topic)
    entries_shown = sorted(shown[:MOST_OF_EACH], key=lambda entry: topics.index(Topic(entry.topic)))

    complete = freshness.completeness(customer.kind, known)
    old = {entry.topic for entry in entries if freshness.is_stale(entry.topic, entry.collected_on, today)}
    if credit is not None:
        old = (old - {"credit"}) | ({"credit"} if freshness.is_stale("credit", credit.collected_on, today) else set())
    place = getattr(customer, "place", None)

    return CustomerPage(
        customer=customer,
        place=place,
        reach=reach,
        first_phone=next((point for point in [*own, *points] if point.kind == PointKind.PHONE), None),
        entries=[KnownThing(entry, freshness.is_stale(entry.topic, entry.collected_on, today)) for entry in entries_shown],
        assets=assets[:MOST_OF_EACH],
        days=days[:MOST_OF_EACH],
        completeness=complete,
        asks=asking.ask_next(customer.kind, place.tier if place else "", missing=complete.missing, stale=old),
        freshness=freshness.freshness(
            [*((entry.topic, entry.collected_on) for entry in entries), *([("credit", credit.collected_on)] if credit else [])], today
        ),
        today=today,
        projects=projects,
        relatives=relations_of(customer, user),
        custom=custom_of(customer, user),
        credit=credit if sees_credit else None,
        credit_is_stale=credit is not None and freshness.is_stale("credit", credit.collected_on, today),
        more={
            "contacts": len(contacts) > MOST_OF_EACH,
            "entries": len(entries) > MOST_OF_EACH,
            "assets": len(assets) > MOST_OF_EACH,
            "days": len(days) > MOST_OF_EACH,
        },
    )


def entry_history(entry: FileEntry) -> list[FileEntry]:
    """All values this entry ever had, newest first, beginning with itself. One statement per link of the chain, at most 50."""
    chain = [entry]
    while len(chain) < 50:  # noqa: PLR2004 -- nobody reads on
        older = FileEntry.objects.filter(superseded_by=chain[-1]).select_related("collected_by").order_by("-pk").first()
        if older is None:
            break
        chain.append(older)
    return chain


def days_before(occasion: Occasion) -> list[OccasionBefore]:
    """What was believed of a day before, newest first, at most 50. One statement."""
    return list(occasion.before.select_related("collected_by").order_by("-pk")[:50])


def _known(occasion: Occasion, today: date) -> KnownDay:
    on = occasions.next_date(occasion.calendar, occasion.month, occasion.day, leap=occasion.is_leap_month, today=today)
    years = occasions.anniversary(occasion.calendar, occasion.year, on, month=occasion.month)
    return KnownDay(occasion, on, occasions.in_days(on, today), years)


def _have(
    customer: Customer, contacts: list[Contact], points: list[ContactPoint], entries: list[FileEntry], days: list[KnownDay]
) -> set[str]:
    have: set[str] = {entry.topic for entry in entries}
    if any(point.kind == PointKind.PHONE for point in points):
        have.add("phone")
    if contacts:
        have.add("contact")
    if days:
        have.add("occasion")
    for name in ("owner_id", "region", "address", "tax_number"):
        if getattr(customer, name):
            have.add(name.removesuffix("_id"))
    return have
