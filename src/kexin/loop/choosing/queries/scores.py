"""Scores: which checklist applies to whom, what a score is made of, and where everybody stands in sum."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, OuterRef, Q, QuerySet, Subquery

from kexin.ground.staff.models import User
from kexin.loop.choosing.choices import RunState, Verdict, VersionState
from kexin.loop.choosing.models import Answer, Checklist, Grant, Mark, Question, Run, Score, Version
from kexin.loop.choosing.queries import segments, sources
from kexin.loop.choosing.rules.checklists import Definition, Value
from kexin.loop.choosing.rules.scoring import BANDS, MOST, Result
from kexin.loop.customers import queries as customers
from kexin.loop.customers.models import Customer


@dataclass(frozen=True)
class Scored:
    """The score of one customer as just computed."""

    version: Version
    definition: Definition
    result: Result
    points: list[float | None]
    values: dict[str, Value]

    @property
    def missing(self) -> list[str]:
        """Sources nobody knows, the heaviest first."""
        pairs = zip(self.definition.criteria, self.points, strict=True)
        open_ones = [one for one, points in pairs if points is None]
        return [one.source for one in sorted(open_ones, key=lambda one: -one.weight)]

    def details(self) -> list[dict[str, Any]]:
        """What is kept: each criterion with what was known, its points and weight."""
        rows = []
        for one, points in zip(self.definition.criteria, self.points, strict=True):
            value = self.values.get(one.source)
            row: dict[str, Any] = {"source": one.source, "weight": one.weight, "points": points}
            if value is not None:
                row |= {"number": value.number, "choice": value.choice, "on": value.on, "note": value.note}
            rows.append(row)
        return rows


def published() -> list[Version]:
    """What is in force, in the order in which checklists are asked: one statement."""
    found = Version.objects.filter(state=VersionState.PUBLISHED, checklist__is_active=True).select_related("checklist")
    return list(found.order_by("checklist__position", "checklist_id"))


def scored(ids: Collection[int], *, as_of: date, by_versions: list[Version] | None = None) -> dict[int, Scored]:
    """The score of each customer by the first checklist whose segment it is in; not in it where none applies."""
    versions = published() if by_versions is None else by_versions
    definitions = {one.pk: Definition.from_json(one.definition) for one in versions}
    chosen = segments.first_of([(one.pk, one.checklist.segment_id) for one in versions], ids)
    used = set(chosen.values())
    names = {name for version in used for name in definitions[version].sources}
    values = sources.values_of(list(chosen), names, as_of=as_of)
    by_pk = {one.pk: one for one in versions}
    found = {}
    for pk, version in chosen.items():
        definition = definitions[version]
        result, points = definition.score(values[pk])
        found[pk] = Scored(by_pk[version], definition, result, points, values[pk])
    return found


def score_of(customer: Customer) -> Score | None:
    """As last computed: one statement."""
    return Score.objects.select_related("checklist", "made_by").filter(customer=customer).first()


def scores_visible_to(user: Any) -> QuerySet[Score]:
    """Scores of the customers a person sees; not of the pool's, nor of closed files."""
    if not isinstance(user, User):
        return Score.objects.none()
    return Score.objects.filter(customer__in=customers.customers_visible_to(user).order_by().values("pk"))


def marks_of(customer: Customer) -> QuerySet[Mark]:
    return Mark.objects.filter(customer=customer).select_related("made_by__checklist").order_by("-on", "-pk")


def answers_of(customer: Customer) -> QuerySet[Answer]:
    """The newest first."""
    return Answer.objects.filter(customer=customer).select_related("question", "answered_by").order_by("-answered_on", "-pk")


def questions(*, retired: bool = False) -> QuerySet[Question]:
    found = Question.objects.order_by("position", "pk")
    return found if retired else found.filter(is_active=True)


def checklists() -> QuerySet[Checklist]:
    return Checklist.objects.order_by("position", "pk")


def versions_of(checklist: Checklist) -> QuerySet[Version]:
    return Version.objects.filter(checklist=checklist).order_by("-number")


def latest_run() -> Run | None:
    return Run.objects.filter(state=RunState.DONE, is_present=True).order_by("-as_of", "-pk").first()


@dataclass(frozen=True)
class Overall:
    """Everybody a person sees, in sum."""

    verdicts: dict[str, int]
    bands: list[int]  # scores by twenty points
    unscored: int  # too little known
    counted: int
    average_known: float | None

    @property
    def most(self) -> int:
        return max(self.bands, default=0)


def overall(user: User) -> Overall:
    """One statement."""
    width = MOST / BANDS
    last = BANDS - 1
    within = [Q(score__gte=number * width, **({"score__lt": (number + 1) * width} if number < last else {})) for number in range(BANDS)]
    band = {f"band{number}": Count("pk", filter=condition) for number, condition in enumerate(within)}
    verdict = {f"verdict_{name}": Count("pk", filter=Q(verdict=name)) for name in Verdict.values}
    row = scores_visible_to(user).aggregate(
        counted=Count("pk"), unscored=Count("pk", filter=Q(score=None)), known_share=Avg("known"), **band, **verdict
    )
    return Overall(
        {name: row[f"verdict_{name}"] for name in Verdict.values},
        [row[f"band{number}"] for number in range(BANDS)],
        row["unscored"],
        row["counted"],
        row["known_share"],
    )


def most_missing(user: User, names: Iterable[str]) -> list[tuple[str, int]]:
    """How many customers each source is missing for, the most first: one statement."""
    wanted = sorted(set(names))
    if not wanted:
        return []
    counted = {f"n{place}": Count("pk", filter=Q(missing__contains=f",{name},")) for place, name in enumerate(wanted)}
    row = scores_visible_to(user).aggregate(**counted)
    pairs = [(name, row[f"n{place}"]) for place, name in enumerate(wanted)]
    return sorted([pair for pair in pairs if pair[1]], key=lambda pair: (-pair[1], pair[0]))


def marks_on(day: date) -> QuerySet[Mark]:
    """The mark in force of each customer on a day."""
    later = Mark.objects.filter(customer=OuterRef("customer"), on__lte=day).order_by("-on", "-pk")
    return Mark.objects.filter(on__lte=day, pk=Subquery(later.values("pk")[:1]))


def grants_of(customer: Customer) -> QuerySet[Grant]:
    return Grant.objects.filter(customer=customer).select_related("terms", "asked_by", "approved_by").order_by("-recorded_at", "-pk")
