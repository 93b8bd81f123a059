"""What the frame of every page shows. Read only when a page has a frame, so that fragments pay nothing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Company, User
from kexin.surfaces.frame import menu

THEMES = ("", "light", "dark")


class Frame:
    """The frame around one answer."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def person(self) -> User | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def company(self) -> Company:
        read: Company | None = getattr(self._request, "company", None)
        return staff.company() if read is None else read

    @cached_property
    def theme(self) -> str:
        """light, dark, or empty: as the device."""
        chosen = self.person.theme if self.person is not None else self._request.COOKIES.get("kexin_theme", "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def html_language(self) -> str:
        return {"zh-hans": "zh-CN"}.get(self.language, self.language)

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @cached_property
    def entries(self) -> list[menu.Shown]:
        if self.person is None:
            return []
        match = self._request.resolver_match
        chosen = getattr(self._request, "kexin_menu", "")
        return menu.shown_to(self.person, namespaces=match.namespaces if match else (), chosen=chosen)

    @cached_property
    def tabs(self) -> list[menu.Shown]:
        return [entry for entry in self.entries if entry.tab]

    @cached_property
    def address(self) -> str:
        return self._request.get_full_path()


def page(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request)}
