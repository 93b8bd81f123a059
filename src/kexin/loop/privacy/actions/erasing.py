"""A person is erased: in one act over every part of the file, and what follows in files and the database's free pages by a job."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit import looks
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Tombstone
from kexin.ground.jobs import actions as jobs
from kexin.ground.search import actions as search
from kexin.loop.customers import contact_erasure, own_erasure, parts
from kexin.loop.customers.actions import checking, index_customers
from kexin.loop.customers.errors import CustomerNotFound
from kexin.loop.customers.models import Contact, Customer
from kexin.loop.privacy import errors, queries, searching
from kexin.loop.privacy.announcements import CustomerErased
from kexin.loop.privacy.choices import Checked, Ground
from kexin.loop.privacy.models import Consent, Erasure
from kexin.loop.privacy.searching import without

LIST = "erasures.jsonl"  # beside the database and outside every backup: restoring an old one erases again what stands here


@transaction.atomic
def erase_person(
    *,
    customer_id: int,
    confirmation: str,
    ground: str,
    checked: str,
    by: Actor,
    again: Mapping[str, Any] | None = None,
    here: bool = False,
) -> Erasure:
    """Erase everything that names a person. `confirmation` is the code, typed once more. It cannot be taken back.

    Orders, amounts and changes of tier stay under the code, so that every sum is what it was. `again` is the line of an
    erasure that a restored backup had undone: the certificate keeps its number and day. `here`: the caller runs the job.
    """
    customer = checking.locked(customer_id)
    _check(customer, confirmation, forced=again is not None)
    _write_over_what_goes()
    files = own_erasure.files_along(customer)
    names: set[str] = set()
    runs: set[int] = set()
    journal: dict[str, list[int]] = {}
    for file in files:
        names |= own_erasure.values_of(file)
        runs |= set(own_erasure.runs_of(file))
        for kind, ids in own_erasure.journalled(file).items():
            journal[kind] = [*journal.get(kind, []), *ids]
    journal["consent"] = list(Consent.objects.filter(customer__in=files).order_by("pk").values_list("pk", flat=True))
    runs |= set(own_erasure.runs_with({"consent": journal["consent"]}))
    names.discard(customer.code)
    kept = queries.kept_of(files)

    counts: dict[str, int] = {}
    for part in reversed(parts.registered()):
        if part.erase is not None:
            counts[part.name] = sum(part.erase(file) for file in files)
    audit.destroy_keys(file.pk for file in files)
    search.forget("customer", [file.pk for file in files])
    moment = datetime.fromisoformat(again["erased_at"]) if again else timezone.now()
    erasure = Erasure.objects.create(
        number=again["number"] if again else _next_number(moment),
        customer_id=customer.pk,
        public_id=customer.public_id,
        code=customer.code,
        ground=Ground(ground),
        checked=Checked(checked),
        counts={name: count for name, count in counts.items() if count},
        kept=kept,
        erased_at=moment,
        erased_by=by.id,
        erased_name=again["by"] if again else by.name,
        replayed_at=timezone.now() if again else None,
    )
    change = audit.record(
        action="privacy.erase", kind="erasure", record_id=erasure.pk, label=erasure.number, by=by, changes={"rows": sum(counts.values())}
    )
    for file in files:
        own_erasure.blank(file)
        file.erased_at, file.change = moment, change
        file.save()
        Tombstone.objects.create(kind="customer", record_id=file.pk, change=change)

    _clear_up_later(erasure, runs, journal, names, by=by, here=here)
    jobs.announce(CustomerErased(customer_id=customer.pk, erasure_id=erasure.pk))
    if again is None:
        transaction.on_commit(lambda: append_to_list(erasure), robust=True)
    return erasure


@transaction.atomic
def erase_contact(
    *,
    contact_id: int,
    confirmation: str,
    ground: str,
    checked: str,
    by: Actor,
    again: Mapping[str, Any] | None = None,
    here: bool = False,
) -> Erasure:
    """Erase one contact of a file: the person's own rows, every mention on the file, and what the trail says of them.

    Talks, entries and to-dos stay as rows, so that what is counted is what it was; texts that mention the person become a dot.
    The trail of the file is sealed anew without them (audit.forget_words). `confirmation` is the file's code. Files merged into
    it are part of it: whom both had goes from both.
    """
    contact = Contact.objects.select_related("customer").filter(pk=contact_id).first()
    if contact is None:
        raise CustomerNotFound
    customer = checking.locked(contact.customer.merged_into_id or contact.customer_id)
    if confirmation.strip() != customer.code:
        raise errors.CodeMistyped
    files = own_erasure.files_along(customer)
    people = contact_erasure.along(contact, files)
    names = contact_erasure.values_of(people)
    reasons = [] if again is not None else queries.imports_holding(names)
    if reasons:
        raise errors.ErasureHeld(reasons="; ".join(reasons))
    _write_over_what_goes()
    journal = contact_erasure.journalled(people)
    runs = own_erasure.runs_with(journal)

    counts = {"contact": contact_erasure.remove(people, files)}
    names = contact_erasure.only_theirs(names, files)
    spoken = searching.distinctive(names)

    def forget(told: Any) -> Any:
        return without(told, spoken)

    counts["mentions"] = contact_erasure.forget_mentions(files, forget)
    counts["mentions"] += looks.forget_words((file.pk for file in files), where=lambda words: forget(words) != words)
    counts["trail"] = sum(audit.forget_words(file.pk, forget) for file in files)
    moment = datetime.fromisoformat(again["erased_at"]) if again else timezone.now()
    erasure = Erasure.objects.create(
        number=again["number"] if again else _next_number(moment),
        customer_id=customer.pk,
        contact_id=contact_id,
        public_id=customer.public_id,
        code=customer.code,
        ground=Ground(ground),
        checked=Checked(checked),
        counts={name: count for name, count in counts.items() if count},
        erased_at=moment,
        erased_by=by.id,
        erased_name=again["by"] if again else by.name,
        replayed_at=timezone.now() if again else None,
    )
    customer.change = audit.record(
        action="privacy.erase_contact", kind="customer", record_id=customer.pk, label=customer.name, by=by,
        changes={"certificate": [None, erasure.number]},
    )  # fmt: skip
    customer.version += 1
    customer.save(update_fields=["change", "version", "updated_at"])
    index_customers([customer.pk])
    _clear_up_later(erasure, runs, journal, names, by=by, here=here)
    if again is None:
        transaction.on_commit(lambda: append_to_list(erasure), robust=True)
    return erasure


def _clear_up_later(
    erasure: Erasure, runs: Iterable[int], journal: Mapping[str, list[int]], names: Iterable[str], *, by: Actor, here: bool
) -> None:
    """What lies outside the tables is a job's; the values to look for wait for it in a file, never in the database."""
    job = jobs.start(
        kind="privacy.clear_up",
        arguments={"erasure": erasure.pk, "runs": sorted(runs), "journal": journal},
        by=by,
        link=f"/privacy/erasures/{erasure.pk}/",
        here=here,
    )
    erasure.job_id = job.pk
    erasure.save(update_fields=["job_id"])
    _note_values(erasure.pk, sorted(names))


def as_line(erasure: Erasure) -> dict[str, Any]:
    """An erasure as it stands in the list outside the backups: no value of the person."""
    return {
        "number": erasure.number,
        "public_id": str(erasure.public_id),
        "code": erasure.code,
        "ground": erasure.ground,
        "checked": erasure.checked,
        "erased_at": erasure.erased_at.isoformat(),
        "by": erasure.erased_name,
        **({"contact": erasure.contact_id} if erasure.contact_id else {}),
    }


def append_to_list(erasure: Erasure) -> None:
    handle = os.open(list_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(json.dumps(as_line(erasure), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def listed(lines: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
    """The erasures of a list: the one outside the backups, or these lines."""
    if lines is None:
        if list_path().exists():
            with list_path().open(encoding="utf-8") as file:
                yield from listed(file)
        return
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue  # cut off by a power cut: the database has it too, or the person was not erased
        if isinstance(told, dict) and {"number", "public_id", "ground", "checked", "erased_at", "by"} <= told.keys():
            yield told


def list_path() -> Path:
    return Path(settings.HOME) / LIST


def values_path(erasure_id: int) -> Path:
    """Where the values to look for wait for the clearing up, which removes them last. Never in the database."""
    folder = Path(settings.HOME) / "tmp"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"erasure-{erasure_id}.json"


def _check(customer: Customer, confirmation: str, *, forced: bool) -> None:
    if customer.erased_at is not None:
        known = Erasure.objects.filter(customer_id=customer.pk, contact_id=None).first()
        raise errors.ErasedAlready(number=known.number if known else "–")
    if customer.merged_into is not None:
        raise errors.ErasureOfMerged(code=customer.merged_into.code)
    if confirmation.strip() != customer.code:
        raise errors.CodeMistyped
    reasons = [] if forced else queries.holds_of(customer)
    if reasons:
        raise errors.ErasureHeld(reasons="; ".join(reasons))


def _write_over_what_goes() -> None:
    """SQLite leaves the bytes of deleted rows where they lay unless it is told to write zeros over them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _next_number(moment: datetime) -> str:
    """The next of the year, also after those a restored backup does not know: the list tells them apart by their numbers."""
    begins = f"E-{timezone.localtime(moment).year}-"
    last = Erasure.objects.select_for_update().filter(number__startswith=begins).order_by("-number").first()
    given = [*([last.number] if last else []), *(str(line["number"]) for line in listed())]
    tails = [number.removeprefix(begins) for number in given if number.startswith(begins)]
    return f"{begins}{max((int(tail) for tail in tails if tail.isdecimal()), default=0) + 1:05d}"


def _note_values(erasure_id: int, values: list[str]) -> None:
    handle = os.open(values_path(erasure_id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file, ensure_ascii=False)
