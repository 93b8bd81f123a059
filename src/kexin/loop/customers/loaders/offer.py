"""Customers and contacts offer themselves to the imports room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kexin.ground.imports.loaders import Context, Loader, register
from kexin.ground.imports.parsing import clean
from kexin.loop.customers.loaders import custom, relations, undoing
from kexin.loop.customers.loaders.fields import CONTACT_FIELDS, DERIVED, FIELDS
from kexin.loop.customers.loaders.session import CustomerSession
from kexin.loop.customers.rules.custom_fields import PREFIX


def customer_keys(columns: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    """Rows of one customer: the same code; without a code, the same name and first way to reach them."""
    codes = columns.get("code") or [""] * rows
    names = columns.get("name") or columns.get("customer_name") or [""] * rows
    phones = columns.get("phone") or [""] * rows
    taxes = columns.get("tax_number") or [""] * rows
    return [
        f"c {clean(code)}" if code.strip() else f"t {clean(tax)}" if tax.strip() else f"n {clean(name)} {clean(phone)}"
        for code, name, phone, tax in zip(codes, names, phones, taxes, strict=True)
    ]


def contact_keys(columns: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    codes = columns.get("code") or [""] * rows
    names = columns.get("customer_name") or [""] * rows
    return [f"c {clean(code)}" if code.strip() else f"n {clean(name)}" for code, name in zip(codes, names, strict=True)]


def contact_session(context: Context) -> CustomerSession:
    return CustomerSession(context, people_only=True)


register(
    Loader(
        kind="customers",
        label=_("Customers"),
        fields=FIELDS,
        group_keys=customer_keys,
        session=CustomerSession,
        blockers=undoing.blockers,
        undo=undoing.undo,
        derived=DERIVED,
        added=custom.fields,
        added_prefix=PREFIX,
        order=1,
    )
)
register(
    Loader(
        kind="contacts",
        label=_("Contacts"),
        fields=CONTACT_FIELDS,
        group_keys=contact_keys,
        session=contact_session,
        blockers=undoing.blockers,
        undo=undoing.undo,
        one_of=(("code", "customer_name"),),
        derived=DERIVED,
        order=2,
    )
)
register(relations.LOADER)
