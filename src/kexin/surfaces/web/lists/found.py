"""The list and the rows a request is about, if they are this person's."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import get_resolver

from kexin.ground.lists import listing
from kexin.ground.lists.listing import Listing
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User


def listing_for(request: HttpRequest, name: str) -> tuple[Listing, User]:
    """The list, if this person may see it at all."""
    _known = get_resolver().url_patterns  # reading the addresses imports the pages, which declare their lists
    found = listing.find(name)
    user = request.user
    if found is None or not isinstance(user, User):
        raise Http404
    if found.permission and not staff.may(user, found.permission):
        raise PermissionDenied(found.permission)
    return found.seen_by(user), user


def chosen(request: HttpRequest, most: int) -> list[int]:
    """The rows that were ticked. What is no number was never a row."""
    return [int(one) for one in request.POST.getlist("ids")[:most] if one.isascii() and one.isdigit() and len(one) < 19]  # noqa: PLR2004 -- what fits a key
