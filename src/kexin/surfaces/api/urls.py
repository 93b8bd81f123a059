"""Addresses of the API: every room below /api/v1, the document that describes them, and a page made of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI

from kexin.surfaces.api import (
    choosing,
    consents,
    covers,
    credit,
    customers,
    duplicates,
    exports,
    files,
    hooks,
    imports,
    inferences,
    known,
    me,
    orders,
    own_fields,
    partners,
    pool,
    projects,
    reach,
    relations,
    search,
    segments,
    standing,
    team,
    todos,
    whereabouts,
)
from kexin.surfaces.api.contract.answering import refused_for
from kexin.surfaces.api.contract.asking import JsonParser
from kexin.surfaces.api.contract.room import OPERATIONS
from kexin.surfaces.api.views import document, reference

ROOMS = (
    me, customers, files, reach, known, inferences, own_fields, credit, projects, relations, team, covers, pool, consents, duplicates,
    orders, standing, choosing, todos, search, imports, exports, hooks, whereabouts, partners, segments,
)  # fmt: skip

api = NinjaAPI(title="Kexin 客心", version="1", urls_namespace="api", docs_url=None, openapi_url=None, parser=JsonParser())
for module in ROOMS:
    api.add_router("", module.room.router)


def _told(request: HttpRequest, exception: Any) -> HttpResponse:
    return refused_for(request, exception)


# The library looks handlers up by class, nearest first, and has its own for three: all are told in one shape.
for kind in [Exception, *list(api._exception_handlers)]:  # noqa: SLF001 -- it offers no other way to replace its own
    api.add_exception_handler(kind, _told)


def _declared(entry: Any) -> Any:
    """An address with its operations on it, as the permission matrix reads them."""
    route = str(entry.pattern)
    entry.callback.operations = [one for one in OPERATIONS.values() if one.path.lstrip("/").replace("{", "<").replace("}", ">") == route]
    return entry


api_patterns: list[URLPattern | URLResolver] = [
    path("openapi.json", document, name="document"),
    path("reference", reference, name="reference"),
    *(_declared(one) for one in api.urls[0] if getattr(one, "name", "") != "api-root"),
]
urlpatterns = [path("api/v1/", (api_patterns, "api", "api"))]
