"""How complete and fresh files are, by branch and owner, and how that went over the months."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.loop.customers.models import FileQuality
from kexin.loop.customers.rules import freshness

MONTHS = 12


@dataclass
class Line:
    """One branch or owner: files, and of each thing how many of those that should hold it do."""

    name: str
    files: int = 0
    have: dict[str, tuple[int, int]] = field(default_factory=dict)  # item -> (have, of)
    ageing: int = 0
    stale: int = 0

    @property
    def share(self) -> float | None:
        of = sum(of for _have, of in self.have.values())
        return sum(have for have, _of in self.have.values()) / of if of else None

    @property
    def fresh(self) -> float | None:
        return 1 - self.stale / self.ageing if self.ageing else None

    def of(self, item: str) -> float | None:
        have, of = self.have.get(item, (0, 0))
        return have / of if of else None


@dataclass(frozen=True)
class Quality:
    counted_on: date | None
    items: list[str]
    whole: Line
    branches: list[Line]
    owners: list[Line]
    months: list[tuple[date, Line]]


def file_quality(user: Any, *, kind: str = "") -> Quality:
    """Five statements, whatever the size of the company: they read the counts, not the files."""
    rows = _seen(user)
    if kind in freshness.EXPECTED:
        rows = rows.filter(kind=kind)
    newest = rows.order_by("-month").values_list("month", "counted_on").first()
    items = list(dict.fromkeys(item for name, of in freshness.EXPECTED.items() if kind in {"", name} for item in of))
    if newest is None:
        return Quality(None, items, Line(""), [], [], [])
    now = rows.filter(month=newest[0])
    months = _lines(rows, "month")
    return Quality(
        counted_on=newest[1],
        items=items,
        whole=_lines(now, "month").get(newest[0], Line("")),
        branches=list(_lines(now, "branch__name").values()),
        owners=sorted(_lines(now, "owner__name", "owner__username").values(), key=lambda line: -line.files)[:100],
        months=[(month, months[month]) for month in sorted(months)[-MONTHS:]],
    )


def _seen(user: Any) -> QuerySet[FileQuality]:
    if user.sees == Sees.ALL:
        return FileQuality.objects.all()
    own = Q(owner=user)
    return FileQuality.objects.filter(own if user.sees == Sees.OWN else own | Q(branch__in=staff.branch_ids_of(user)))


def _lines(rows: QuerySet[FileQuality], *names: str) -> dict[Any, Line]:
    found: dict[Any, Line] = {}
    summed = rows.order_by().values(*names, "item").annotate(f=Sum("files"), h=Sum("have"), a=Sum("ageing"), s=Sum("stale"))
    for row in summed.order_by(*names, "item"):
        key = next((row[name] for name in names if row[name]), None)
        line = found.setdefault(key, Line("" if key is None else str(key)))
        have, of = line.have.get(row["item"], (0, 0))
        line.have[row["item"]] = (have + row["h"], of + row["f"])
        line.ageing += row["a"]
        line.stale += row["s"]
    for line in found.values():
        line.files = line.have.get("phone", (0, 0))[1]  # every file should have one, whatever its kind
    return found
