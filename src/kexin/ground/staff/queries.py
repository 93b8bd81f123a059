from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from kexin.ground.staff import rules
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import Branch, Company, User

Record = TypeVar("Record", bound=Model)


def company() -> Company:
    return Company.objects.get_or_create(pk=1)[0]


def may(user: User | AnonymousUser, permission: str) -> bool:
    """Whether this person's role allows a thing at all; which records, `visible` says."""
    return isinstance(user, User) and user.is_active and rules.may(user.role, permission)


def branch_ids_of(user: User) -> list[int]:
    """The branch of a person and all below it. Read once for each user object."""
    cached: list[int] | None = getattr(user, "_branch_ids", None)
    if cached is None:
        branch = user.branch
        cached = [] if branch is None else list(Branch.objects.filter(path__startswith=branch.path).values_list("pk", flat=True))
        user._branch_ids = cached  # type: ignore[attr-defined] -- lives as long as the request
    return cached


def visible(records: QuerySet[Record], user: User | AnonymousUser, *, owner: str = "owner", branch: str = "branch") -> QuerySet[Record]:
    """Only the records this person may see: their own, their branch's and below, or all."""
    if not isinstance(user, User):
        return records.none()
    if user.sees == Sees.ALL:
        return records
    mine: dict[str, Any] = {f"{owner}_id" if "__" not in owner else owner: user.pk}
    if user.sees == Sees.OWN:
        return records.filter(**mine)
    return records.filter(Q(**mine) | Q(**{f"{branch}__in": branch_ids_of(user)}))
