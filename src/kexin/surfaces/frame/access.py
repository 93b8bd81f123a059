"""Access: what a page asks before it answers. Every view declares it, and the permission matrix is read from it.

A view without a declaration fails the build (tests/architecture/test_permission_matrix.py).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Access:
    """Who may call a view: `permission` is a key of staff.rules.MAY, None where anybody signed in (or anybody) may."""

    permission: str | None
    # Where reading is for more people than changing: the permission every method but GET and HEAD asks for instead.
    change: str | None = None
    # The kind of record the view touches ("customer", "order", …); None when it touches none of its own.
    # The view itself must fetch that record through the domain's `…_visible_to(user)` query, so that somebody
    # else's record is 404, never 403: its existence is not told either.
    record: str | None = None
    anonymous: bool = False
    reason: str = ""

    def asks(self, method: str | None) -> str | None:
        """The permission that a request with this method needs."""
        return self.permission if self.change is None or method in {"GET", "HEAD"} else self.change


def page(permission: str | None, *, change: str | None = None, record: str | None = None) -> Callable[[View], View]:
    """Declare a view for signed-in staff. `permission=None` means every signed-in person may call it.

    `@page("order.view", change="product.edit")` is read by whoever has the first and changed by whoever has the second.
    """
    access = Access(permission=permission, change=change, record=record)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            asked = access.asks(request.method)
            if asked is not None and not staff.may(request.user, asked):
                raise PermissionDenied(asked)
            return view(request, *args, **kwargs)

        return declared(guarded, access)  # type: ignore[return-value]  # wraps() keeps the signature

    return declare


def open_to_all(reason: str) -> Callable[[View], View]:
    """Declare a view that needs no sign-in, and say why."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        return declared(opened, Access(permission=None, anonymous=True, reason=reason))  # type: ignore[return-value]  # see above

    return declare


def declared(view: Callable[..., HttpResponseBase], access: Access) -> Callable[..., HttpResponseBase]:
    view.access = access  # type: ignore[attr-defined]  # read by the matrix
    return view


def person(request: HttpRequest) -> User:
    """Whoever asks, on a page declared with `page`: it lets nobody else in."""
    return cast("User", request.user)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back. Asked by htmx for a fragment, the whole page goes, not the sign-in page into the fragment."""
    details: Any = getattr(request, "htmx", False)
    if not details:
        return redirect_to_login(request.get_full_path())
    answer = redirect_to_login(details.current_url_abs_path or "/")
    return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
