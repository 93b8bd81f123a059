"""A copy of everything kept of a person, to give to them: a page to read, the same as data, and what was attached."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files import queries as stored_files
from kexin.ground.files.models import StoredFile
from kexin.ground.staff import queries as staff
from kexin.loop.customers import own_erasure, parts
from kexin.loop.customers.actions import checking
from kexin.loop.customers.models import Customer
from kexin.loop.privacy import wording
from kexin.loop.privacy.choices import Checked
from kexin.loop.privacy.models import Consent

KEEP_DAYS = 30
FORMAT = 1


def copy_person(*, customer_id: int, checked: str, by: Actor, language: str = "zh-hans") -> StoredFile:
    """Write the archive and keep it for a month. Everything every part holds, the merged files' share too; nothing of anybody else."""
    with transaction.atomic():
        customer = checking.kept(customer_id)  # the right to a copy does not end with the business
    how = Checked(checked)
    with translation.override(language), timezone.override(staff.company().zone):
        held = _held(customer)
        with tempfile.NamedTemporaryFile(dir=_folder(), suffix=".zip", delete=False) as place:
            path = Path(place.name)
        try:
            _write(path, customer, held, language)
            with transaction.atomic():
                audit.record(
                    action="privacy.copy",
                    kind="customer",
                    record_id=customer.pk,
                    label=customer.name,
                    by=by,
                    changes={"checked": [None, str(how.label)], "rows": sum(len(part["rows"]) for part in held)},
                )
            return files.store(
                content=path,
                name=_("customer-%(code)s-data.zip") % {"code": customer.code},
                purpose="copy",
                by=by,
                kind="privacy_copy",
                record_id=customer.pk,
                keep_days=KEEP_DAYS,
            )
        finally:
            path.unlink(missing_ok=True)


def _held(customer: Customer) -> list[dict[str, Any]]:
    """What each part holds, in the order of the page."""
    found = []
    for part in parts.registered():
        if part.export is None:
            continue
        rows = [row for file in own_erasure.files_along(customer) for row in part.export(file)]
        if rows:
            found.append({"name": part.name, "label": str(part.label), "rows": rows})
    return found


def _write(path: Path, customer: Customer, held: list[dict[str, Any]], language: str) -> None:
    made_at = timezone.localtime()
    attached = list(_attached(customer))
    data = {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "company": staff.company().name,
        "customer": customer.code,
        "labels": {name: wording.field_in_words(name) for part in held for row in part["rows"] for name in row},
        "parts": held,
        "files": [name for name, _stored in attached],
    }
    sections = [{"label": part["label"], "tables": _tables(part["rows"])} for part in held]
    page = render_to_string(
        "privacy/copy.html",
        {
            "customer": customer,
            "sections": sections,
            "made_at": made_at,
            "company": staff.company().name,
            "files": data["files"],
            "lang": language,
        },
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=_json))
        for name, stored in attached:
            archive.write(stored_files.path_of(stored), f"files/{name}")


def _tables(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one kind under the headings that say anything in them."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(str(row.get("part", "")), []).append(row)
    found = []
    for kind, same in kinds.items():
        names = [name for name in dict.fromkeys(name for row in same for name in row) if name != "part"]
        said = [[wording.in_words(name, row.get(name)) for name in names] for row in same]
        shown = [place for place, _name in enumerate(names) if any(line[place] for line in said)]
        found.append(
            {
                "label": wording.kind_in_words(kind) if kind else "",
                "headings": [wording.field_in_words(names[place]) for place in shown],
                "rows": [[line[place] for place in shown] for line in said],
            }
        )
    return found


def _attached(customer: Customer) -> Iterable[tuple[str, StoredFile]]:
    consents = Consent.objects.filter(customer=customer).values("pk")
    stored = StoredFile.objects.filter(kind="consent", record_id__in=consents) | StoredFile.objects.filter(
        kind="customer", record_id=customer.pk, purpose="attachment"
    )
    for number, one in enumerate(stored.order_by("pk"), start=1):
        if stored_files.path_of(one).exists():
            yield f"{number:03d}-{one.name}", one


def _folder() -> Path:
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
