from __future__ import annotations

from django.db.models import Q, QuerySet

from kexin.ground.lists.models import SavedView
from kexin.ground.staff.models import User


def views_of(listing: str, user: User) -> QuerySet[SavedView]:
    """A person's own views of a listing, and those others share. Theirs without a name is the columns they keep."""
    return SavedView.objects.filter(Q(owner_id=user.pk) | Q(is_shared=True), listing=listing).order_by("position", "pk")
