"""Business time 营业时间: when a place is open, and how much open time lies between two moments.

Every moment is an aware datetime; every day is a day of the calendar's own zone. Nothing here reads a clock.
A calendar is a value: change the hours and you hold another one, so that what was computed before stays explainable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

MONDAY, SATURDAY = 0, 5
# A calendar that does not open for this long is closed for good as far as any promise is concerned.
LONGEST_SEARCH = timedelta(days=3660)


class NeverOpen(ValueError):
    """The calendar has no open time left within ten years: no due time can be computed from it."""


@dataclass(frozen=True, order=True)
class Slot:
    """Open from–to on one day. `closes` itself is no longer open."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            message = f"a slot opens before it closes, not {self.opens}–{self.closes}"
            raise ValueError(message)


@dataclass(frozen=True)
class Holidays:
    """Public holidays of a country, with the weekend days worked in exchange 调休.

    `years` are those whose arrangement has been published. Of other years only the statutory days are known (or nothing):
    `BusinessCalendar.is_certain` says so, and pages repeat it.
    """

    closed: Mapping[date, str] = field(default_factory=dict)
    working: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Override:
    """One day that differs from the week and the holidays. No slots: closed."""

    slots: tuple[Slot, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Day:
    """One day as the calendar sees it, and why."""

    day: date
    slots: tuple[Slot, ...]
    kind: str  # week, holiday, working_weekend, override
    reason: str = ""
    certain: bool = True

    @property
    def is_open(self) -> bool:
        return bool(self.slots)


@dataclass(frozen=True)
class BusinessCalendar:
    """Weekly slots, public holidays and overrides of one place.

    slots      weekday (0 Monday) to the open times of that day
    holidays   None: public holidays are not kept
    overrides  single days that differ; they win over everything else
    zone       IANA name; daylight saving time is honoured

    A weekend day worked in exchange for a holiday has the hours of that weekday if the place opens on it anyhow, and else
    those of the first weekday that has any.
    """

    slots: Mapping[int, tuple[Slot, ...]]
    holidays: Holidays | None = None
    overrides: Mapping[date, Override] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        tidy = {weekday: _merged(slots) for weekday, slots in self.slots.items() if slots}
        object.__setattr__(self, "slots", MappingProxyType(tidy))
        object.__setattr__(
            self, "overrides", MappingProxyType({day: Override(_merged(o.slots), o.reason) for day, o in self.overrides.items()})
        )

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _memory(self) -> dict[date, tuple[tuple[datetime, datetime], ...]]:
        return {}

    @cached_property
    def _exchange_slots(self) -> tuple[Slot, ...]:
        return next((self.slots[weekday] for weekday in range(MONDAY, SATURDAY) if weekday in self.slots), ())

    def business_day(self, at: datetime) -> date:
        """The day of the calendar's zone in which a moment lies."""
        return at.astimezone(self._zone).date()

    def day(self, day: date) -> Day:
        """How a day is open, by which rule."""
        certain = self.is_certain(day)
        if (override := self.overrides.get(day)) is not None:
            return Day(day, override.slots, "override", override.reason)
        if self.holidays is not None:
            if day in self.holidays.closed:
                return Day(day, (), "holiday", self.holidays.closed[day], certain)
            if day in self.holidays.working:
                return Day(day, self.slots.get(day.weekday(), self._exchange_slots), "working_weekend", "", certain)
        return Day(day, self.slots.get(day.weekday(), ()), "week", "", certain)

    def is_certain(self, day: date) -> bool:
        """Whether the published holiday arrangement of that year is known. Without holidays everything is."""
        return self.holidays is None or day.year in self.holidays.years

    def uncertain_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The years between two moments whose holidays are not published yet: what is computed over them may move."""
        first, last = self.business_day(min(start, end)).year, self.business_day(max(start, end)).year
        return tuple(year for year in range(first, last + 1) if not self.is_certain(date(year, 1, 1)))

    def open_times(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open times of a day as moments in UTC."""
        known = self._memory.get(day)
        if known is None:
            moments = ((self._moment(day, slot.opens), self._moment(day, slot.closes)) for slot in self.day(day).slots)
            # A slot that lies wholly in the hour a clock skips in spring has no length.
            known = self._memory[day] = tuple((opens, closes) for opens, closes in moments if opens < closes)
        return known

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self.open_times(self.business_day(at)))

    def is_working_day(self, day: date) -> bool:
        return bool(self.open_times(day))

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself if the place is open, else the next opening."""
        for opens, closes in self._from(at):
            if closes > at:
                return max(opens, at).astimezone(UTC)
        raise NeverOpen

    def add_working(self, at: datetime, span: timedelta) -> datetime:
        """The earliest moment with `span` of open time between `at` and it: due at closing time, not at the next opening."""
        if span < timedelta(0):
            message = "open time is added, never taken away"
            raise ValueError(message)
        at = at.astimezone(UTC)
        if not span:
            return at
        for opens, closes in self._from(at):
            begin = max(opens, at)
            if closes <= begin:
                continue
            if closes - begin >= span:
                return begin + span
            span -= closes - begin
        raise NeverOpen

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two moments; negative when they are the other way round."""
        if end < start:
            return -self.working_between(end, start)
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total, day, last = timedelta(0), self.business_day(start), self.business_day(end)
        while day <= last:
            for opens, closes in self.open_times(day):
                total += max(timedelta(0), min(closes, end) - max(opens, start))
            day += timedelta(days=1)
        return total

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after a day; 0 is the day itself or the next working day."""
        steps, current = count, day
        for _ in range(LONGEST_SEARCH.days + count * 2):
            if self.is_working_day(current) and (current > day or count == 0):
                if steps <= 1:
                    return current
                steps -= 1
            current += timedelta(days=1)
        raise NeverOpen

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self._zone).astimezone(UTC)

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open times from the day of a moment on, until ten years without any."""
        day = quiet_since = self.business_day(at)
        while day - quiet_since < LONGEST_SEARCH:
            for opening in self.open_times(day):
                quiet_since = day
                yield opening
            day += timedelta(days=1)


def _merged(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Sorted, with slots that touch or overlap joined: the same open time counts once."""
    merged: list[Slot] = []
    for slot in sorted(slots):
        if merged and slot.opens <= merged[-1].closes:
            merged[-1] = Slot(merged[-1].opens, max(merged[-1].closes, slot.closes))
        else:
            merged.append(slot)
    return tuple(merged)
