"""Addresses of the staff pages, one line a domain."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    ("", "workbench"),
    ("customers/", "customers"),
    ("ownership/", "ownership"),
    ("partners/", "partners"),
    ("orders/", "orders"),
    ("standing/", "standing"),
    ("choosing/", "choosing"),
    ("privacy/", "privacy"),
    ("imports/", "imports"),
    ("jobs/", "jobs"),
    ("files/", "files"),
    ("search/", "search"),
    ("lists/", "lists"),
    ("staff/", "staff"),
    ("settings/", "settings"),
    ("audit/", "audit"),
    ("accounts/", "account"),
    ("tokens/", "tokens"),
    ("hooks/", "hooks"),
)


def _there(room: str) -> bool:
    package = f"kexin.surfaces.web.{room}"
    return find_spec(package) is not None and find_spec(f"{package}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"kexin.surfaces.web.{room}.urls")) for prefix, room in ROOMS if _there(room)
]
