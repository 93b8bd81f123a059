"""Values of the fields an administrator added, when files become one, leave or go."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.actions import custom_values
from kexin.loop.customers.models import Customer, CustomValue
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Part
from kexin.loop.customers.queries.custom import words_of

NAME = "customers.fields"


def export(customer: Customer) -> list[dict[str, Any]]:
    read = CustomValue.objects.filter(customer=customer).select_related("field", "choice").prefetch_related("picks__choice")
    return [
        {
            "part": "field",
            "field": row.field.label_zh,
            "value": _plain(words_of(row.field, row)),
            "is_current": row.is_current,
            **rows.known_how(row),
        }
        for row in read.order_by("collected_on", "pk")
    ]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, list) else str(value)


move, move_back = rows.moving(CustomValue, then=custom_values.settle)
PART = Part(
    NAME,
    _("Own fields"),
    move=move,
    move_back=move_back,
    export=export,
    erase=rows.erasing(CustomValue),
    tables=(CustomValue,),
    position=15,
)
