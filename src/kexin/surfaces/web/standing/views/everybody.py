"""Everybody's place as a list: filtered, sorted, exported."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kexin.surfaces.frame import access, listing
from kexin.surfaces.web.standing.lists import STANDING


@access.page("standing.view")
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    return listing.render(request, STANDING)
