"""Orders offer themselves to the imports room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kexin.ground.imports.loaders import Loader, register
from kexin.ground.imports.parsing import Column, clean
from kexin.loop.orders.loaders import undoing
from kexin.loop.orders.loaders.fields import FIELDS, MAPPINGS
from kexin.loop.orders.loaders.session import OrderSession


def order_keys(columns: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    """Lines of one order carry its number, wherever they lie in the file."""
    del rows
    return Column(clean).read(columns["order_number"])


register(
    Loader(
        kind="orders",
        label=_("Orders with lines"),
        fields=FIELDS,
        group_keys=order_keys,
        session=OrderSession,
        blockers=undoing.blockers,
        undo=undoing.undo,
        one_of=(("unit_price", "amount"),),
        mappings=MAPPINGS,
        order=3,
    )
)
