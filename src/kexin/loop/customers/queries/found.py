"""Why a customer was found: by what beside their name, in words. Phones are told by the end that was typed, never whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from kexin.kit import text as plain_text
from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer

TAIL = 4  # digits that make the end of a number


def why_found(rows: Iterable[Customer], text: str) -> dict[int, str]:
    """Words for those whose name and code do not say it. At most four statements, none where every name does."""
    asked, code = plain_text.normalise(text).casefold().replace(" ", ""), plain_text.code_key(text)
    unexplained = [row for row in rows if not _says(row.name, asked) and not (code and code in plain_text.code_key(row.code))]
    ids = [row.pk for row in unexplained]
    if not ids or not asked:
        return {}
    found: dict[int, str] = {}
    for found_by in (_contacts, _assets, _points, _old_codes):
        for pk, words in found_by(ids, asked, code):
            found.setdefault(pk, words)
    return found


def _says(name: str, asked: str) -> bool:
    plain = plain_text.normalise(name).casefold().replace(" ", "")
    return asked in plain or (asked.isascii() and (asked in plain_text.pinyin_of(plain) or asked in plain_text.initials_of(plain)))


def _contacts(ids: Sequence[int], asked: str, code: str) -> list[tuple[int, str]]:  # noqa: ARG001 -- all are asked alike
    rows = Contact.objects.filter(customer__in=ids).order_by("pk").values_list("customer_id", "name")
    return [(pk, _("contact %(name)s") % {"name": name}) for pk, name in rows if _says(name, asked)]


def _assets(ids: Sequence[int], asked: str, code: str) -> list[tuple[int, str]]:  # noqa: ARG001 -- all are asked alike
    if not code:
        return []
    rows = Asset.objects.filter(customer__in=ids).order_by("pk").values_list("customer_id", "plate", "vin")
    plates = [(pk, _("plate …%(typed)s…") % {"typed": code.upper()}) for pk, plate, _vin in rows if code in plain_text.code_key(plate)]
    frames = [
        (pk, _("vehicle number …%(typed)s…") % {"typed": code.upper()}) for pk, _plate, vin in rows if code in plain_text.code_key(vin)
    ]
    return plates + frames


def _points(ids: Sequence[int], asked: str, code: str) -> list[tuple[int, str]]:  # noqa: ARG001 -- all are asked alike
    digits = plain_text.digits(asked)
    if len(digits) < TAIL:
        return []
    rows = ContactPoint.objects.filter(customer__in=ids, kind=PointKind.PHONE, key__endswith=digits).order_by("pk")
    return [(pk, _("phone …%(end)s") % {"end": digits[-TAIL:]}) for pk in rows.values_list("customer_id", flat=True)]


def _old_codes(ids: Sequence[int], asked: str, code: str) -> list[tuple[int, str]]:  # noqa: ARG001 -- all are asked alike
    if not code:
        return []
    rows = Customer.objects.filter(merged_into__in=ids).order_by("pk").values_list("merged_into_id", "code")
    return [(pk or 0, _("earlier code %(code)s") % {"code": old}) for pk, old in rows if code in plain_text.code_key(old)]
