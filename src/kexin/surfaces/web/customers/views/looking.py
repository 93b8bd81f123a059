"""Showing what is masked: for a purpose, asked once in a session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from kexin.ground.errors import Invalid
from kexin.loop.customers import actions
from kexin.loop.customers.actions.looking import REVEALED
from kexin.loop.customers.choices import Calendar, LookPurpose, PointKind
from kexin.loop.customers.models import Asset, ContactPoint, Occasion
from kexin.loop.customers.rules import occasions
from kexin.surfaces.frame import answers, formats
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.views import found

REMEMBERED = "look"  # in the session: [purpose, words]


@page("customer.reveal", record="point")
@require_POST
def reveal_point(request: HttpRequest, point_id: int) -> HttpResponse:
    return _point(request, found.belonging(request, ContactPoint, point_id))


@page("customer.reveal", record="customer")
@require_POST
def reveal_phone(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The number to use first: what a list shows masked."""
    customer = found.customer(request, customer_id)
    point = customer.points.filter(kind=PointKind.PHONE).order_by("-is_primary", "pk").first()
    if point is None:
        raise Http404
    return _point(request, point)


@page("customer.reveal", record="customer")
@require_POST
def reveal_field(request: HttpRequest, customer_id: int, field: str) -> HttpResponse:
    customer = found.customer(request, customer_id)
    if field not in REVEALED:
        raise Http404
    return _shown(
        request,
        lambda purpose, words: actions.reveal_field(
            customer_id=customer.pk, field=field, purpose=purpose, words=words, by=found.by(request)
        ),
    )


@page("customer.reveal", record="occasion")
@require_POST
def reveal_occasion(request: HttpRequest, occasion_id: int) -> HttpResponse:
    found.belonging(request, Occasion, occasion_id)

    def whole(purpose: str, words: str) -> str:
        occasion = actions.reveal_occasion(occasion_id=occasion_id, purpose=purpose, words=words, by=found.by(request))
        if occasion.calendar == Calendar.LUNAR:
            day = occasions.lunar_words(occasion.month, occasion.day, leap=occasion.is_leap_month)
        else:
            day = f"{occasion.month:02d}-{occasion.day:02d}"
        return f"{occasion.year or formats.NOTHING} · {day}"

    return _shown(request, whole)


@page("customer.reveal", record="asset")
@require_POST
def reveal_asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    found.belonging(request, Asset, asset_id)

    def whole(purpose: str, words: str) -> str:
        asset = actions.reveal_asset(asset_id=asset_id, purpose=purpose, words=words, by=found.by(request))
        return " · ".join(filter(None, (asset.plate_words, asset.vin)))

    return _shown(request, whole)


def _point(request: HttpRequest, point: ContactPoint) -> HttpResponse:
    return _shown(
        request, lambda purpose, words: actions.reveal_point(point_id=point.pk, purpose=purpose, words=words, by=found.by(request))
    )


def _shown(request: HttpRequest, show: Callable[[str, str], str]) -> HttpResponse:
    """The value, if the purpose is known or said just now; else the question what for, in the place of the mask."""
    purpose, words = _said(request)
    if not purpose:
        return _ask(request, "", "", "")
    try:
        value = show(purpose, words)
    except Invalid as unsaid:
        return _ask(request, purpose, words, unsaid.sentence())
    request.session[REMEMBERED] = [purpose, words]
    return answers.revealed(request, value, purpose=words or str(LookPurpose(purpose).label))


def _said(request: HttpRequest) -> tuple[str, str]:
    if "purpose" in request.POST:
        return request.POST["purpose"], request.POST.get("words", "").strip()
    purpose, words = request.session.get(REMEMBERED, ("", ""))
    return ("", "") if "ask" in request.POST else (purpose, words)


def _ask(request: HttpRequest, chosen: str, said: str, error: str) -> HttpResponse:
    remembered, words = request.session.get(REMEMBERED, ("", ""))
    context = {
        "url": request.path,
        "purposes": LookPurpose.choices,
        "chosen": chosen or remembered,
        "said": said or words,
        "error": error,
    }
    return answers.never_kept(render(request, "frame/parts/look.html", context))
