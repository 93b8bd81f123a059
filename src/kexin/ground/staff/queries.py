from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from kexin.ground.staff import errors, rules
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.holidays import public_holidays
from kexin.ground.staff.models import Branch, Company, Cover, DayOverride, SignInLink, User, WeeklySlot
from kexin.kit.calendar import BusinessCalendar, Day, Override, Slot

Record = TypeVar("Record", bound=Model)
LINK_SALT = "kexin.staff.link"


def company() -> Company:
    return Company.objects.get_or_create(pk=1)[0]


def today() -> date:
    """The day it is for the company: jobs and commands run on a machine whose clock may stand elsewhere."""
    return timezone.localdate(timezone=ZoneInfo(company().zone))


def may(user: User | AnonymousUser, permission: str) -> bool:
    """Whether this person's role allows a thing at all; which records, `visible` says."""
    return isinstance(user, User) and user.is_active and rules.may(user.role, permission)


def branch_ids_of(user: User) -> list[int]:
    """The branch of a person and all below it. Read once for each user object."""
    cached: list[int] | None = user.__dict__.get("branch_ids")
    if cached is None:
        branch = user.branch
        cached = [] if branch is None else list(Branch.objects.filter(path__startswith=branch.path).values_list("pk", flat=True))
        user.__dict__["branch_ids"] = cached  # lives as long as the request
    return cached


def branches_within(user: User) -> list[int] | None:
    """The branches somebody acts in; None: all."""
    return None if user.sees == Sees.ALL else branch_ids_of(user)


def visible(records: QuerySet[Record], user: User | AnonymousUser, *, owner: str = "owner", branch: str = "branch") -> QuerySet[Record]:
    """Only the records this person may see: their own, their branch's and below, or all; and those of whom they stand in for."""
    if not isinstance(user, User):
        return records.none()
    if user.sees == Sees.ALL:
        return records
    reached = whose(user, owner)
    if user.sees == Sees.BRANCH:
        reached |= Q(**{f"{branch}__in": branch_ids_of(user)})
    return records.filter(reached)


def whose(user: User, owner: str = "owner") -> Q:
    """The condition "theirs": their own, and while they stand in for somebody, that person's too. No statement of its own."""
    return Q(**{f"{owner}_id" if "__" not in owner else owner: user.pk}) | Q(**{f"{owner}__in": absent_for(user)})


# Cover while away


def covers_standing(*, today: date | None = None) -> QuerySet[Cover]:
    """Covers in force on a day, by default today."""
    today = today or timezone.localdate()
    return Cover.objects.filter(called_off_at=None, first_day__lte=today, last_day__gte=today)


def absent_for(user: User) -> QuerySet[Cover, Any]:
    """Numbers of the people this person stands in for today, to be asked within another statement."""
    return covers_standing().filter(deputy=user).values("absent")


def cover_of(person_id: int | None) -> Cover | None:
    """Who stands in for a person today."""
    return covers_standing().select_related("absent", "deputy").filter(absent=person_id).first() if person_id else None


def covers_by(user: User) -> list[Cover]:
    """Whom this person stands in for today."""
    return list(covers_standing().filter(deputy=user).select_related("absent").order_by("last_day", "pk"))


def covers_visible_to(user: User) -> QuerySet[Cover]:
    """Covers of and by this person; whoever may name them for others sees those of the people they see."""
    found = Cover.objects.select_related("absent", "deputy").order_by("-last_day", "-pk")
    own = Q(absent=user) | Q(deputy=user)
    return found.filter(own | Q(absent__in=owners_for(user).values("pk"))) if may(user, "cover.manage") else found.filter(own)


# People


def people(*, branch_id: int | None = None, role: str = "", active: bool | None = None, text: str = "") -> QuerySet[User]:
    """Members of staff with their branch, by name."""
    found = User.objects.select_related("branch").order_by("name", "username", "pk")
    if branch_id is not None:
        found = found.filter(branch__in=Branch.objects.filter(path__contains=f"/{branch_id}/"))
    if role:
        found = found.filter(role=role)
    if active is not None:
        found = found.filter(is_active=active)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(email__icontains=text))
    return found


def person_called(name: str) -> User | None:
    """By sign-in name or e-mail address, as typed."""
    return User.objects.filter(Q(username__iexact=name.strip()) | Q(email__iexact=name.strip())).exclude(username="").first()


def owners_for(user: User) -> QuerySet[User]:
    """Who can be made the owner of a record this person sees: active people of the branches they see. Integrations own nothing."""
    found = User.objects.filter(is_active=True, is_integration=False).order_by("name", "username", "pk")
    if user.sees == Sees.ALL:
        return found
    return found.filter(Q(pk=user.pk) | Q(branch__in=branch_ids_of(user)))


def colleagues_of(user: User) -> QuerySet[User]:
    """People of the branches this person sees, those who have left too."""
    found = User.objects.filter(is_integration=False).order_by("-is_active", "name", "username", "pk")
    return found if user.sees == Sees.ALL else found.filter(Q(pk=user.pk) | Q(branch__in=branch_ids_of(user)))


def administrators() -> QuerySet[User]:
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True, is_integration=False).order_by("pk")


def nearest_with(permission: str, branch: Branch | None) -> User | None:
    """Who decides something of a branch: somebody there whose role may, else the nearest above, else somebody who sees everything."""
    people = User.objects.filter(is_active=True, is_integration=False, role__in=rules.MAY[permission]).order_by("pk")
    nearest = {pk: place for place, pk in enumerate(branch.ancestor_ids)} if branch is not None else {}
    ranked = [(nearest[one.branch_id], one.pk, one) for one in people if one.branch_id in nearest]
    if ranked:
        return min(ranked)[2]
    return next((one for one in people if one.sees == Sees.ALL), None)


def usable_link(token: str, *, now: datetime) -> SignInLink:
    """The link a token stands for, if it can still be used; LinkUnusable otherwise, for every reason the same."""
    try:
        pk, nonce = signing.loads(token, salt=LINK_SALT)
        link = SignInLink.objects.select_related("user").get(pk=pk, nonce=nonce)
    except (signing.BadSignature, SignInLink.DoesNotExist, ValueError, TypeError) as error:
        raise errors.LinkUnusable from error
    if link.ended_at is not None or link.expires_at <= now or not link.user.is_active:
        raise errors.LinkUnusable
    return link


# Branches


def branch_tree(*, active_only: bool = False) -> list[Branch]:
    """All branches, each below the one it belongs to; `depth` says how far. One statement."""
    rows = list(Branch.objects.order_by("name", "pk"))
    below: dict[int | None, list[Branch]] = defaultdict(list)
    for branch in rows:
        below[branch.parent_id].append(branch)
    ordered: list[Branch] = []

    def walk(parent: int | None, depth: int) -> None:
        for branch in below[parent]:
            if active_only and not branch.is_active:
                continue
            branch.depth = depth
            ordered.append(branch)
            walk(branch.pk, depth + 1)

    walk(None, 0)
    return ordered


def branches_visible_to(user: User) -> QuerySet[Branch]:
    """Branches whose records this person may see."""
    found = Branch.objects.order_by("path")
    return found if user.sees == Sees.ALL else found.filter(pk__in=branch_ids_of(user))


# Calendars


def calendar_of(branch: Branch | None) -> BusinessCalendar:
    """When a branch is open: its own hours or those of the nearest branch above that has any, holidays, single days.

    One statement when the calendar is known to this process already, three when it is not. Without a branch: the
    company's zone and the default week.
    """
    now = company()
    language, this_year = get_language() or "zh-hans", timezone.now().year
    if branch is None:
        return _default_calendar(now.zone)
    # The path and version are part of the key: a branch read before it moved must not spoil what others read after.
    return _calendar(branch.path, branch.zone, branch.holidays, language, this_year, now.calendars)


def month_of(branch: Branch, *, year: int, month: int) -> list[Day]:
    """Every day of a month as the branch's calendar sees it, with the reason."""
    calendar = calendar_of(branch)
    first = date(year, month, 1)
    return [calendar.day(day) for offset in range(31) if (day := first + timedelta(days=offset)).month == month]


def week_of(branch: Branch) -> dict[int, list[WeeklySlot]]:
    """The branch's own hours; empty where it follows the branch above."""
    week: dict[int, list[WeeklySlot]] = defaultdict(list)
    for slot in WeeklySlot.objects.filter(branch=branch).order_by("weekday", "opens"):
        week[slot.weekday].append(slot)
    return dict(week)


def days_of(branch: Branch, *, since: date) -> QuerySet[DayOverride]:
    return DayOverride.objects.filter(branch=branch, day__gte=since).order_by("day", "opens")


@lru_cache(maxsize=1)
def _default_calendar(zone: str) -> BusinessCalendar:
    return BusinessCalendar(rules.DEFAULT_WEEK, zone=zone)


@lru_cache(maxsize=512)
def _calendar(path: str, zone: str, country: str, language: str, this_year: int, _stamp: int) -> BusinessCalendar:
    """Every change of any calendar brings a new stamp; an older one is never asked for again."""
    nearest_first = [int(part) for part in reversed(path.strip("/").split("/"))]
    hours: dict[int, dict[int, list[Slot]]] = {}
    for branch_id, weekday, opens, closes in WeeklySlot.objects.filter(branch__in=nearest_first).values_list(
        "branch", "weekday", "opens", "closes"
    ):
        hours.setdefault(branch_id, {}).setdefault(weekday, []).append(Slot(opens, closes))
    days: dict[int, dict[date, list[DayOverride]]] = {}
    for row in DayOverride.objects.filter(branch__in=nearest_first):
        days.setdefault(row.branch_id, {}).setdefault(row.day, []).append(row)

    week = next((hours[branch_id] for branch_id in nearest_first if branch_id in hours), None)
    overrides: dict[date, Override] = {}
    for branch_id in reversed(nearest_first):  # the nearest wins
        for day, rows in days.get(branch_id, {}).items():
            slots = tuple(Slot(row.opens, row.closes) for row in rows if row.opens and row.closes)
            overrides[day] = Override(slots, rows[0].reason)
    return BusinessCalendar(
        rules.DEFAULT_WEEK if week is None else {weekday: tuple(slots) for weekday, slots in week.items()},
        public_holidays(country, until=this_year + 2, language=language),
        overrides,
        zone,
    )


def people_by_branch() -> dict[int | None, int]:
    """How many active people belong to each branch itself."""
    return dict(User.objects.filter(is_active=True).order_by().values_list("branch").annotate(Count("pk")))
