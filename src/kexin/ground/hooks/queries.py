from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from kexin.ground.hooks import rules
from kexin.ground.hooks.addresses import Allowed
from kexin.ground.hooks.choices import State
from kexin.ground.hooks.models import Attempt, Delivery, Hook
from kexin.ground.jobs import announcements, registry
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User


def allowed() -> Allowed:
    """What this installation lets web hooks reach."""
    return Allowed(http=settings.HOOKS_HTTP, ports=tuple(settings.HOOKS_PORTS), networks=tuple(settings.HOOKS_NETWORKS))


def announcement_names() -> list[str]:
    """Everything a hook can be told of."""
    registry.autodiscover()
    return sorted(name for name in announcements.EVENTS if "." in name)


def names_wanted() -> set[str]:
    """What at least one hook that is on wants to hear: one statement before each round of deliveries."""
    return {name for names in Hook.objects.filter(is_on=True).values_list("announcements", flat=True) for name in names}


def hooks_visible_to(user: User | AnonymousUser) -> QuerySet[Hook]:
    """Whoever manages web hooks sees all of them; they belong to the company."""
    return Hook.objects.order_by("name", "pk") if isinstance(user, User) and staff.may(user, "hook.manage") else Hook.objects.none()


def with_numbers(hooks: QuerySet[Hook], *, since: datetime) -> list[Hook]:
    """The hooks with what came of their deliveries lately: two statements, however many hooks."""
    found = list(hooks)
    kinds = {"waiting": Q(state=State.WAITING), "delivered": Q(state=State.DELIVERED), "failed": Q(state=State.FAILED)}
    rows = Delivery.objects.filter(hook__in=found).filter(Q(created_at__gte=since) | Q(state=State.WAITING)).values("hook")
    counted = {row["hook"]: row for row in rows.annotate(**{name: Count("pk", filter=chosen) for name, chosen in kinds.items()})}
    for hook in found:
        hook.numbers = counted.get(hook.pk, dict.fromkeys(kinds, 0))  # type: ignore[attr-defined]  # shown beside it
    return found


def deliveries_visible_to(user: User | AnonymousUser) -> QuerySet[Delivery]:
    found = Delivery.objects.select_related("hook")
    return found if isinstance(user, User) and staff.may(user, "hook.manage") else found.none()


def attempts_of(delivery: Delivery) -> Sequence[Attempt]:
    """The last attempts, newest first."""
    return list(Attempt.objects.filter(delivery=delivery).order_by("-pk")[:50])


def sendable(hook_id: int) -> QuerySet[Delivery]:
    """What is still to be sent of a hook: all while it is on, tests always."""
    return Delivery.objects.filter(hook=hook_id, state=State.WAITING).filter(Q(hook__is_on=True) | Q(kind=rules.TEST))


def due(hook_id: int, now: datetime) -> QuerySet[Delivery]:
    """What may be sent now: the longest due first. While the hook rests, tests only."""
    ready = sendable(hook_id).filter(Q(leased_until=None) | Q(leased_until__lt=now), next_at__lte=now)
    awake = Q(hook__rests_until=None) | Q(hook__rests_until__lte=now) | Q(kind=rules.TEST)
    return ready.filter(awake).order_by("next_at", "pk")


def next_moment(hook_id: int) -> datetime | None:
    """When something of a hook is to be sent next; None where nothing waits."""
    row = sendable(hook_id).order_by("next_at").values_list("next_at", "leased_until", "hook__rests_until", "kind").first()
    if row is None:
        return None
    next_at, leased_until, rests_until, kind = row
    return max(moment for moment in (next_at, leased_until, None if kind == rules.TEST else rests_until) if moment is not None)


def hooks_with_work() -> list[int]:
    """Hooks something waits for: what the hourly look goes through."""
    waiting = Delivery.objects.filter(state=State.WAITING).filter(Q(hook__is_on=True) | Q(kind=rules.TEST))
    return list(waiting.order_by("hook").values_list("hook", flat=True).distinct())


def forgotten(now: datetime) -> QuerySet[Delivery]:
    """Deliveries that waited at a hook that is off until they were too old to be of use."""
    return Delivery.objects.filter(state=State.WAITING, hook__is_on=False, asked_at__lt=now - rules.FORGOTTEN_AFTER)
