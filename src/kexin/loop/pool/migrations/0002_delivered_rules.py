"""The rules as delivered: written down, and all off, so that nobody loses a customer before somebody decided it."""

from typing import Any

from django.db import migrations

# tier: days without contact, days without an order. A: never by itself.
DELIVERED: dict[str, tuple[int | None, int | None]] = {
    "A": (None, None),
    "B": (90, 365),
    "C": (60, 270),
    "D": (45, 180),
    "E": (30, 180),
    "": (30, 180),
}


def deliver(apps: Any, _schema: Any) -> None:
    rule, policy = apps.get_model("pool", "TierRule"), apps.get_model("pool", "Policy")
    for tier, (contact, order) in DELIVERED.items():
        rule.objects.get_or_create(tier=tier, defaults={"no_contact_days": contact, "no_order_days": order, "is_on": False})
    policy.objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("pool", "0001_initial")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
