"""Where the customer is: coordinates said anew, all that were said, and taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import CoordinateSystem, Exactness, Source
from kexin.loop.customers.models import Customer
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms import VersionedForm, _day, _line
from kexin.surfaces.web.customers.views import editing, found

SHOWN = 50


class CoordinatesForm(VersionedForm):
    coordinates = _line(
        gettext_lazy("Coordinates"),
        60,
        required=True,
        hint=gettext_lazy("Latitude first, as a map gives them: 31.23, 121.47"),
        inputmode="text",
    )
    system = forms.ChoiceField(
        label=gettext_lazy("Read from"),
        choices=CoordinateSystem.choices,
        initial=CoordinateSystem.WGS84,
        help_text=gettext_lazy("Chinese maps shift their coordinates by up to 700 m; they are converted."),
    )
    source = forms.ChoiceField(label=gettext_lazy("How we know"), choices=Source.choices, initial=Source.DEALINGS)
    collected_on = _day(gettext_lazy("When we learnt it"), hint=gettext_lazy("Left empty: today"))
    purpose = _line(gettext_lazy("What it is kept for"), 60)

    folded = ("source", "collected_on", "purpose")


def where_of(customer: Customer) -> dict[str, Any]:
    """How far, how that is known, and of coordinates who said so: two statements at most."""
    distance = queries.distance_km(customer)
    return {
        "distance": distance,
        "exactness": Exactness(distance.exactness).label if distance.exactness else "",
        "said": queries.coordinates_of(customer) if distance.exactness == Exactness.EXACT else None,
    }


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def say(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)

    def save(form: CoordinatesForm) -> object:
        values = form.values
        return actions.say_where(customer_id=customer.pk, given=values.pop("coordinates"), by=found.by(request), **values)

    return editing.edit(
        request,
        customer=customer,
        form_of=CoordinatesForm,
        save=save,
        title=_("Where the customer is"),
        done=_("Kept, and the distance measured."),
        anchor="whereabouts",
        extra={"places": queries.coordinates_history(customer)[:SHOWN]},
    )


@page("customer.edit", record="customer")
@require_POST
def forget(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.act(
        request,
        customer=customer,
        do=lambda: actions.forget_where(customer_id=customer.pk, by=found.by(request)),
        done=_("Taken back. The distance follows the region from now on."),
        anchor="whereabouts",
    )
