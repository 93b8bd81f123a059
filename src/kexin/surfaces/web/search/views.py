"""One box for everything: results by kind, as a list below the box and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.kit.text import normalise
from kexin.surfaces.frame import access
from kexin.surfaces.web.search.sources import SOURCES, Hit, Source

BELOW_THE_BOX, ON_THE_PAGE = 6, 20
LONGEST = 200


@dataclass(frozen=True)
class Group:
    """What one kind gave."""

    source: Source
    hits: list[Hit]
    more: str  # address of the list with all of them; empty where all are shown or there is no such list
    is_cut: bool


@access.page(None)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    text = _text(request)
    groups = _groups(request, text, ON_THE_PAGE)
    return render(request, "search/page.html", {"text": text, "groups": groups, "found": any(group.hits for group in groups)})


@access.page(None)
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    text = _text(request)
    groups = [group for group in _groups(request, text, BELOW_THE_BOX) if group.hits]
    return render(request, "search/suggest.html", {"text": text, "groups": groups})


def _text(request: HttpRequest) -> str:
    return normalise(request.GET.get("q", "")[:LONGEST])


def _groups(request: HttpRequest, text: str, limit: int) -> list[Group]:
    user = request.user
    if not text or not isinstance(user, User):
        return []
    groups = []
    for source in SOURCES:
        if not staff.may(user, source.permission):
            continue
        rows = list(source.find(user, text)[: limit + 1])
        is_cut = len(rows) > limit
        groups.append(Group(source, source.hits(rows[:limit], text), _list_of(source, text) if is_cut else "", is_cut))
    return groups


def _list_of(source: Source, text: str) -> str:
    if not source.all_url:
        return ""
    try:
        return f"{reverse(source.all_url)}?{urlencode({'q': text})}"
    except NoReverseMatch:
        return ""
