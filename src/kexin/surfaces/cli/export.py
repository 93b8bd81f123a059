"""`kexin export`: customers, orders, consents or standing as a file, whole and streaming, with stable headings for programs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from kexin.surfaces.cli.words import gettext as _

if TYPE_CHECKING:
    from django.db.models import QuerySet

BATCH = 2000
ENDINGS = (".csv", ".xlsx")
CONDITION = re.compile(r"^\s*(\w+)\s*(>=|<=|=)\s*(.*?)\s*$", re.DOTALL)
LOOKUPS = {"=": "exact", ">=": "gte", "<=": "lte"}


class Beside(Protocol):
    """More columns of the same rows, read in bulk by the rows' keys."""

    def heading(self) -> list[str]: ...

    def cells(self, keys: list[int]) -> dict[int, list[Any]]:
        """Of each key that has any, a cell for every heading."""


@dataclass(frozen=True)
class Export:
    """One kind of file: (heading, ORM path) of each column, the records, and what stands beside them."""

    records: Callable[[], QuerySet[Any]]
    columns: tuple[tuple[str, str], ...]
    beside: tuple[type[Beside], ...] = ()


def _customers() -> QuerySet[Any]:
    from kexin.loop.customers.models import Customer  # noqa: PLC0415 -- needs Django

    return Customer.objects.filter(merged_into=None, erased_at=None).order_by("pk")


def _orders() -> QuerySet[Any]:
    from kexin.loop.orders.models import OrderLine  # noqa: PLC0415 -- needs Django

    return OrderLine.objects.order_by("order_id", "pk")


def _consents() -> QuerySet[Any]:
    from kexin.loop.privacy.models import Consent  # noqa: PLC0415 -- needs Django

    return Consent.objects.order_by("pk")


def _standing() -> QuerySet[Any]:
    from kexin.loop.customers.models import Place  # noqa: PLC0415 -- needs Django

    return Place.objects.filter(as_of__isnull=False, customer__merged_into=None).order_by("pk")


class Reach:
    """Phones, e-mails and WeCom ids of the customer itself: one statement a batch."""

    def heading(self) -> list[str]:
        return ["phones", "emails", "wecom"]

    def cells(self, keys: list[int]) -> dict[int, list[Any]]:
        from kexin.loop.customers.choices import PointKind  # noqa: PLC0415 -- needs Django
        from kexin.loop.customers.models import ContactPoint  # noqa: PLC0415 -- the same

        found: dict[int, dict[str, list[str]]] = {}
        points = ContactPoint.objects.filter(customer__in=keys, contact=None).order_by("-is_primary", "pk")
        for customer, kind, value in points.values_list("customer_id", "kind", "value"):
            found.setdefault(customer, {}).setdefault(kind, []).append(value)
        kinds = (PointKind.PHONE, PointKind.EMAIL, PointKind.WECOM)
        return {customer: ["; ".join(values.get(kind, ())) for kind in kinds] for customer, values in found.items()}


class CreditNow:
    """Credit as it is known today: one statement a batch."""

    COLUMNS = ("limit", "currency", "payment_days", "rating", "overdue_amount", "overdue_days", "collected_on")

    def heading(self) -> list[str]:
        return ["credit_limit", "credit_currency", "payment_days", "credit_rating", "overdue_amount", "overdue_days", "credit_as_of"]

    def cells(self, keys: list[int]) -> dict[int, list[Any]]:
        from kexin.loop.customers.models import Credit  # noqa: PLC0415 -- needs Django

        known = Credit.objects.filter(customer__in=keys, is_current=True)
        return {customer: list(cells) for customer, *cells in known.values_list("customer_id", *self.COLUMNS)}


class Where:
    """Coordinates that were said, in WGS-84 so that they can be imported again, and the distance with how it was got: two statements."""

    def heading(self) -> list[str]:
        return ["latitude", "longitude", "coordinate_system", "distance_km", "distance_within_km", "distance_exactness"]

    def cells(self, keys: list[int]) -> dict[int, list[Any]]:
        from kexin.loop.customers import queries  # noqa: PLC0415 -- needs Django
        from kexin.loop.customers.models import Coordinates  # noqa: PLC0415 -- the same

        said = Coordinates.objects.filter(customer__in=keys, is_current=True)
        places = {customer: [*cells, "wgs84"] for customer, *cells in said.values_list("customer_id", "latitude", "longitude")}
        found = {}
        for customer, distance in queries.distances_km(keys).items():
            known = [distance.km, round(distance.within_km, 1), distance.exactness] if distance.km is not None else [None, None, ""]
            found[customer] = [*places.get(customer, [None, None, ""]), *known]
        return found


class OwnFields:
    """The fields an administrator added, retired ones too, each under its number (field_3): two statements a batch."""

    def __init__(self) -> None:
        from kexin.loop.customers.models import CustomField  # noqa: PLC0415 -- needs Django

        self.fields = list(CustomField.objects.order_by("pk"))

    def heading(self) -> list[str]:
        return [field.name for field in self.fields]

    def cells(self, keys: list[int]) -> dict[int, list[Any]]:
        from kexin.loop.customers import queries  # noqa: PLC0415 -- needs Django

        if not self.fields:
            return {}
        values = queries.custom_values_of(keys, self.fields)
        return {key: [_plain(queries.words_of(field, of.get(field.pk))) for field in self.fields] for key, of in values.items()}


def _plain(words: Any) -> Any:
    return "; ".join(words) if isinstance(words, list) else words


EXPORTS = {
    "customers": Export(
        _customers,
        (
            ("customer_code", "code"), ("name", "name"), ("kind", "kind"), ("salutation", "salutation"), ("tax_number", "tax_number"),
            ("owner", "owner__username"), ("branch", "branch__code"), ("source", "source"), ("region", "region"), ("address", "address"),
            ("is_active", "is_active"), ("created_at", "created_at"), ("last_contact_at", "last_contact_at"), ("tier", "place__tier"),
            ("customer_class", "place__customer_class"),
        ),
        beside=(Reach, CreditNow, Where, OwnFields),
    ),
    "orders": Export(
        _orders,
        (
            ("order_number", "order__number"), ("kind", "order__kind"), ("customer_code", "order__customer__code"),
            ("branch", "order__branch__code"), ("channel", "order__channel"), ("occurred_at", "order__occurred_at"),
            ("occurred_on", "order__occurred_on"), ("promised_on", "order__promised_on"), ("delivered_on", "order__delivered_on"),
            ("cancelled_on", "order__cancelled_on"), ("undoes", "order__undoes__number"), ("currency", "order__currency"), ("line", "key"),
            ("product_code", "product__code"), ("description", "description"), ("quantity", "quantity"), ("unit_price", "unit_price"),
            ("amount", "amount"), ("unit_cost", "unit_cost"),
        ),
    ),
    "consents": Export(
        _consents,
        (
            ("customer_code", "customer__code"), ("purpose", "purpose__code"), ("consent", "state"), ("channel", "channel"),
            ("occurred_at", "occurred_at"), ("how", "how"), ("words", "words"), ("recorded_at", "recorded_at"),
        ),
    ),
    "standing": Export(
        _standing,
        (
            ("customer_code", "customer__code"), ("name", "customer__name"), ("as_of", "as_of"), ("recency_days", "recency_days"),
            ("orders", "orders"), ("gross_amount", "gross_amount"), ("returned_amount", "returned_amount"), ("net_amount", "net_amount"),
            ("margin_amount", "margin_amount"), ("currency", "currency"), ("tier", "tier"), ("previous_tier", "previous_tier"),
            ("tier_since", "tier_since"), ("customer_class", "customer_class"), ("behaviours", "behaviours"), ("abc", "abc"),
            ("rfm", "rfm"), ("first_order_on", "first_order_on"), ("last_order_on", "last_order_on"),
        ),
    ),
}  # fmt: skip


@click.command(
    "export",
    help=_(
        "Export customers, orders (one row a line), consents or standing to FILE, CSV or XLSX by its ending.\n\n"
        "All rows are written, unmasked, with headings that never change. Text that a spreadsheet would run as a formula gets an "
        "apostrophe before it. The export is noted in the audit trail."
    ),
)
@click.argument("what", type=click.Choice(list(EXPORTS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--where", "conditions", multiple=True, metavar="COLUMN=VALUE", help=_("Only rows like this: tier=A, net_amount>=1000. Repeatable.")
)
@click.option("--force", is_flag=True, help=_("Replace FILE if it is there."))
def export(what: str, file: Path, conditions: tuple[str, ...], force: bool) -> None:  # noqa: FBT001 -- a flag of the command line
    from kexin.ground.audit import actions as audit  # noqa: PLC0415 -- needs Django
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.lists import writing  # noqa: PLC0415 -- the same
    from kexin.ground.lists.errors import FileExists  # noqa: PLC0415 -- the same

    if file.suffix.lower() not in ENDINGS:
        raise click.BadParameter(_("the name must end in .csv or .xlsx"), param_hint="FILE")
    if not file.parent.is_dir():
        raise click.BadParameter(_("the folder {path} is not there").format(path=file.parent), param_hint="FILE")
    if file.exists() and not force:
        raise FileExists(path=file)
    chosen = EXPORTS[what]
    records = _where(chosen, conditions)
    beside = [part() for part in chosen.beside]
    heading = [name for name, _path in chosen.columns] + [name for part in beside for name in part.heading()]

    # Beside the final name, so that the rename is one step and nobody ever reads half a file.
    part = file.with_name(f".{file.stem}.{os.getpid()}{file.suffix}")
    try:
        count = writing.write_rows(part, heading, _told(_rows(chosen, beside, records)), for_excel=False)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    audit.record(
        action="export.run", kind=what, label=file.name, by=Actor.system("cli"), changes={"rows": count, "where": list(conditions)}
    )
    click.echo(_("{count} rows written to {path}.").format(count=count, path=file))


def _where(chosen: Export, conditions: tuple[str, ...]) -> QuerySet[Any]:
    from django.core.exceptions import ValidationError  # noqa: PLC0415 -- needs Django

    paths = dict(chosen.columns)
    records = chosen.records()
    for condition in conditions:
        found = CONDITION.match(condition)
        if found is None or found[1] not in paths:
            known = ", ".join(paths)
            raise click.BadParameter(
                _("“{condition}” is not COLUMN=VALUE with one of {known}").format(condition=condition, known=known), param_hint="--where"
            )
        column, sign, value = found.groups()
        path = paths[column]
        try:
            records = records.filter(
                **{f"{path}__isnull": True} if value == "" and _is_nullable(records, path) else {f"{path}__{LOOKUPS[sign]}": value}
            )
        except (ValidationError, ValueError, TypeError, ArithmeticError) as error:
            raise click.BadParameter(
                _("“{value}” does not fit {column}").format(value=value, column=column), param_hint="--where"
            ) from error
    return records


def _is_nullable(records: QuerySet[Any], path: str) -> bool:
    field: Any = None
    model: Any = records.model
    for part in path.split("__"):
        field = model._meta.get_field(part)  # noqa: SLF001 -- Django's documented way to ask
        model = field.related_model
    return bool(field.null)


def _rows(chosen: Export, beside: list[Beside], records: QuerySet[Any]) -> Iterator[list[Any]]:
    """Each record's columns, then those of everything beside it."""
    paths = [path for _name, path in chosen.columns]
    if not beside:
        yield from (list(row) for row in records.values_list(*paths).iterator(chunk_size=BATCH))
        return
    for batch in batched(records.values_list("pk", *paths).iterator(chunk_size=BATCH), BATCH):
        parts = [(part.cells([key for key, *_row in batch]), [""] * len(part.heading())) for part in beside]
        for key, *row in batch:
            yield [*row, *chain.from_iterable(cells.get(key, blank) for cells, blank in parts)]


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """itertools.batched, which Python has from 3.12."""
    walk = iter(rows)
    while batch := list(islice(walk, size)):
        yield batch


def _told(rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """The same rows; somebody at a terminal sees how far it is."""
    shows = sys.stderr.isatty()
    for number, row in enumerate(rows, start=1):
        if shows and number % 10_000 == 0:
            click.echo(f"\r{number:,}", nl=False, err=True)
        yield row
    if shows:
        click.echo("\r\033[K", nl=False, err=True)


commands = (export,)
