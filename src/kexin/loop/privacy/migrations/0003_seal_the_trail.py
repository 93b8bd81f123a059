from typing import Any

from django.db import migrations

from kexin.ground.audit import guard, sealing

# Whose records these kinds are. What belongs to a record that is gone cannot be given to anybody: its values are left out.
TABLES = {
    "contact": ("customers", "Contact"),
    "point": ("customers", "ContactPoint"),
    "asset": ("customers", "Asset"),
    "occasion": ("customers", "Occasion"),
    "entry": ("customers", "FileEntry"),
    "project": ("customers", "Project"),
    "todo": ("todo", "ToDo"),
}
BATCH = 1000


def seal(apps: Any, schema_editor: Any) -> None:
    entry = apps.get_model("audit", "Entry")
    if not entry.objects.exists():
        return
    keys: dict[int, bytes] = {}
    guard.remove(schema_editor.connection)
    for kind in ("customer", *TABLES):
        last = 0
        while rows := list(entry.objects.filter(kind=kind, sealed="", pk__gt=last).order_by("pk")[:BATCH]):
            last = rows[-1].pk
            owners = _owners(apps, kind, rows)
            for row in rows:
                _seal_one(apps, row, owners.get(row.record_id), keys)
            entry.objects.bulk_update(rows, ["subject", "sealed", "label", "changes"], batch_size=200)
    guard.install(schema_editor.connection)


def _owners(apps: Any, kind: str, rows: list[Any]) -> dict[str, int]:
    ids = {row.record_id for row in rows if row.record_id.isdecimal()}
    if kind == "customer":
        return {pk: int(pk) for pk in ids}
    model = apps.get_model(*TABLES[kind])
    return {str(pk): owner for pk, owner in model.objects.filter(pk__in=[int(pk) for pk in ids]).values_list("pk", "customer_id")}


def _seal_one(apps: Any, row: Any, owner: int | None, keys: dict[int, bytes]) -> None:
    if owner is None:
        if row.record_id:  # a word stuck on many records stands without one, and names nobody
            row.label, row.changes = "", dict.fromkeys(row.changes, ["•", "•"])
        return
    if owner not in keys:
        known = apps.get_model("audit", "SubjectKey").objects.get_or_create(subject=owner, defaults={"key": sealing.fresh_key()})[0]
        keys[owner] = bytes(known.key)
    row.subject, row.sealed = owner, sealing.seal(keys[owner], row.label, row.changes)
    row.label, row.changes = "", {}


class Migration(migrations.Migration):
    """What the trail said of customers before it was sealed is sealed now."""

    dependencies = [
        ("privacy", "0002_first_purposes"),
        ("audit", "0003_sealed_entries"),
        ("customers", "0006_erased_at"),
        ("todo", "0001_initial"),
    ]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
