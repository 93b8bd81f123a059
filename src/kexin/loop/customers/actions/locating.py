"""Where customers are: what people say, what follows from it, and what follows anew when a branch is somewhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from django.db import connection, transaction

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff import coordinates
from kexin.ground.staff.actions import branches
from kexin.ground.staff.models import Branch
from kexin.kit import geo
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, learnt
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Coordinates, Customer, Whereabouts
from kexin.loop.customers.rules import distances as rules
from kexin.loop.customers.rules.distances import Where

AT_ONCE = 1_000
BATCH = 500  # of a job: read, compared and written in one transaction, which holds the write lock of SQLite for less than 100 ms
KEPT = ("latitude", "longitude", "exactness", "within_km", "region_code", "distance_km")
UPSERT = f"""
    INSERT INTO customers_whereabouts (customer_id, {", ".join(KEPT)}) VALUES ({", ".join(["%s"] * (len(KEPT) + 1))})
    ON CONFLICT (customer_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in KEPT)}
"""  # noqa: S608 -- names of our own columns, no values


@transaction.atomic
def say_where(
    *,
    customer_id: int,
    given: str | tuple[float, float],
    by: Actor,
    system: str = geo.WGS84,
    source: str = Source.DEALINGS,
    collected_on: date | None = None,
    purpose: str = "",
) -> Coordinates:
    """Write down where a customer's address lies: "31.23, 121.47" in the system of the map it was read from. Older ones are kept."""
    customer = checking.open_file(customer_id)
    causes: dict[str, KexinError] = {}
    point = _read(given, system, causes)
    values = checking.fitting(Coordinates, {"collected_on": collected_on, "purpose": purpose}, causes)
    learnt.date_it(customer, values, causes)
    checking.refuse(causes)

    said = Coordinates.objects.create(
        customer=customer,
        latitude=point.latitude,
        longitude=point.longitude,
        system=system,
        source=Source(source),
        collected_by_id=by.id,
        **values,
    )
    learnt.settle(Coordinates.objects.filter(customer=customer))
    locate([customer.pk])
    learnt.tell(customer, "say_where", {"coordinates": [None, "•"], "system": [None, system]}, by)
    said.refresh_from_db()
    return said


@transaction.atomic
def forget_where(*, customer_id: int, by: Actor) -> None:
    """What was said of the place turned out wrong: from now on it is not known, or about by the region. Old ones stay readable."""
    customer = checking.open_file(customer_id)
    if not Coordinates.objects.filter(customer=customer, is_current=True).update(is_current=False):
        return
    locate([customer.pk])
    learnt.tell(customer, "forget_where", {"coordinates": ["•", None]}, by)


@transaction.atomic
def locate_branch(*, branch_id: int, given: str, system: str = geo.WGS84, version: int | None = None, by: Actor) -> Branch:
    """Say where a branch stands, and measure its customers anew, as a job. Staff announces nothing: who moves a branch calls this."""
    before = Branch.objects.filter(pk=branch_id).values_list("latitude", "longitude").first()
    branch = branches.locate_branch(branch_id=branch_id, given=given, system=system, version=version, by=by)
    if before != (branch.latitude, branch.longitude):
        jobs.start(kind="customers.distances", arguments={"branch": branch.pk}, by=by)
    return branch


def locate(ids: Iterable[int]) -> int:
    """See to it that what lists show of these customers follows from what is known, in the caller's transaction. How many changed.

    Four statements for a thousand customers of whom nothing changed, up to two more where something did.
    """
    changed = 0
    waiting = iter(ids)
    while batch := list(islice(waiting, AT_ONCE)):
        changed += _locate(batch)
    return changed


def _locate(ids: list[int]) -> int:
    files = list(Customer.objects.filter(pk__in=ids, erased_at=None).values_list("pk", "region", "address", "branch_id"))
    said = {
        pk: (latitude, longitude, system)
        for pk, latitude, longitude, system in Coordinates.objects.filter(customer__in=ids, is_current=True).values_list(
            "customer_id", "latitude", "longitude", "system"
        )
    }
    wanted = {branch for *_rest, branch in files if branch is not None}
    stands: dict[int | None, tuple[float, float]] = {
        pk: (latitude, longitude)  # type: ignore[misc]  # neither is empty: see the condition
        for pk, latitude, longitude in Branch.objects.filter(pk__in=wanted, latitude__isnull=False, longitude__isnull=False).values_list(
            "pk", "latitude", "longitude"
        )
    }
    known = {pk: tuple(rest) for pk, *rest in Whereabouts.objects.filter(customer__in=ids).values_list("customer_id", *KEPT)}

    rows = []
    here: set[int] = set()
    for pk, region, address, branch in files:
        at: Where | None = rules.where(said.get(pk), region, address)
        if at is None:
            continue
        here.add(pk)
        row = (*at, rules.km_between(at, stands.get(branch)))
        if known.get(pk) != row:
            rows.append((pk, *row))
    gone = known.keys() - here
    if gone:
        Whereabouts.objects.filter(customer__in=gone).delete()
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(UPSERT, rows)
    return len(rows) + len(gone)


def _read(given: str | tuple[float, float], system: str, causes: dict[str, KexinError]) -> geo.Point:
    """The point that was given; where none was, the reason stands in `causes` and the caller refuses."""
    try:
        point = coordinates.read(given, system) if isinstance(given, str) else coordinates.checked(*given, system)
    except KexinError as cause:
        causes[cause.field] = cause
        return geo.Point(0.0, 0.0)
    if point is None:
        causes["coordinates"] = errors.TextMissing(beside="coordinates")
        return geo.Point(0.0, 0.0)
    return point


def next_of_branch(branch_id: int, after: int) -> list[int]:
    """The next customers of a branch to measure, by key."""
    return list(Customer.objects.filter(branch=branch_id, pk__gt=after, erased_at=None).order_by("pk").values_list("pk", flat=True)[:BATCH])


def next_unlocated(after: int) -> list[int]:
    """The next customers with a region or address and no whereabouts: files from before there were any, and regions not understood."""
    files = Customer.objects.filter(pk__gt=after, erased_at=None, whereabouts=None).exclude(region="", address="")
    return list(files.order_by("pk").values_list("pk", flat=True)[:BATCH])
