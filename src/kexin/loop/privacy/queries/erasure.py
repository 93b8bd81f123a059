"""What an erasure would destroy, what stays and why, what holds it up; and the certificates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.ground.audit.models import Entry
from kexin.ground.files import queries as stored_files
from kexin.ground.imports.models import AT_WORK, Run, State
from kexin.loop.customers import own_erasure, parts
from kexin.loop.customers.models import Customer
from kexin.loop.privacy import holds, searching
from kexin.loop.privacy.models import Erasure

OF_A_CONTACT = {
    "contact": gettext_lazy("The person's name, numbers and days"),
    "mentions": gettext_lazy("Notes, entries and to-dos that mentioned them; the rows stay"),
    "trail": gettext_lazy("Entries of the audit trail, sealed anew without them"),
}


@dataclass(frozen=True)
class Goes:
    label: str
    rows: int


@dataclass(frozen=True)
class Stays:
    label: str
    why: str
    rows: int


@dataclass(frozen=True)
class Preview:
    goes: list[Goes]
    stays: list[Stays]
    files_along: list[Customer]  # files merged into this one: erased with it
    imports: int  # whose files will be removed
    trail: int  # entries that become unreadable
    holds: list[str]


def preview_of(customer: Customer) -> Preview:
    """What would happen, before anybody says yes. Reads only."""
    files = own_erasure.files_along(customer)
    goes, stays = [], []
    for part in parts.registered():
        rows = sum(len(part.export(file)) for file in files) if part.export is not None else 0
        if part.keeps is not None:
            stays.append(Stays(str(part.keeps[0]), str(part.keeps[1]), rows))
        elif part.erase is not None and rows:
            goes.append(Goes(str(part.label), rows))
    runs = {run for file in files for run in own_erasure.runs_of(file)}
    trail = Entry.objects.filter(subject__in=[file.pk for file in files]).count()
    return Preview(goes, stays, files[1:], len(runs), trail, holds_of(customer))


def kept_of(files: Sequence[Customer]) -> dict[str, int]:
    """{part: rows} of what stays."""
    return {
        part.name: sum(len(part.export(file)) for file in files)
        for part in parts.registered()
        if part.keeps is not None and part.export is not None
    }


def stays_in_words(kept: Mapping[str, int]) -> list[Stays]:
    """What a certificate says stays, in the reader's language."""
    known = {part.name: part.keeps for part in parts.registered() if part.keeps is not None}
    return [
        Stays(str(known[name][0]) if name in known else name, str(known[name][1]) if name in known else "", rows)
        for name, rows in kept.items()
    ]


def goes_in_words(counts: Mapping[str, int]) -> list[Goes]:
    known = {part.name: str(part.label) for part in parts.registered()} | {name: str(words) for name, words in OF_A_CONTACT.items()}
    return [Goes(known.get(name, name), rows) for name, rows in counts.items()]


def holds_of(customer: Customer) -> list[str]:
    """Why this person cannot be erased just now, in words: what other rooms say, and imports on their way that bring the person."""
    return [*holds.of(customer), *imports_holding(own_erasure.values_of(customer))]


def erasures() -> QuerySet[Erasure]:
    return Erasure.objects.order_by("-erased_at", "-pk")


def erasure_of(customer_id: int) -> Erasure | None:
    return Erasure.objects.filter(customer_id=customer_id, contact_id=None).first()


def imports_holding(values: Iterable[str]) -> list[str]:
    """Imports on their way that would bring somebody back who is named by these values."""
    return list(_imports(values))


def _imports(values: Iterable[str]) -> Iterable[str]:
    looked_for: list[bytes] | None = None
    for run in Run.objects.filter(state__in=(*AT_WORK, State.DRAFT, State.CHECKED)).select_related("file").order_by("pk"):
        if run.state in AT_WORK:
            yield _("the import “%(name)s” is at work; wait until it has ended") % {"name": run.file_name}
            continue
        path = stored_files.path_of(run.file) if run.file is not None else None
        if path is None or not path.exists():
            continue
        if looked_for is None:
            looked_for = searching.needles(searching.distinctive(values))
        if searching.mentions(path, looked_for):
            yield _("the import “%(name)s” would bring them back; finish or discard it first") % {"name": run.file_name}
