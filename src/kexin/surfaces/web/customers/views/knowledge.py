"""What is known of a customer: file entries, assets, days that matter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import LookPurpose
from kexin.loop.customers.models import Asset, FileEntry, Occasion
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms import AssetForm, EntryForm, OccasionForm, SupersedeForm
from kexin.surfaces.web.customers.views import editing, found


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def add_entry(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=EntryForm,
        initial={"topic": request.GET.get("topic", "")},
        save=lambda form: actions.add_entry(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Add to the file"),
        done=_("Added to the file."),
        anchor="file",
    )


@page("customer.edit", record="entry")
@require_http_methods(["GET", "POST"])
def supersede_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """A newer value of one thing known, with all its older ones below."""
    entry = found.belonging(request, FileEntry, entry_id)
    return editing.edit(
        request,
        customer=entry.customer,
        form_of=SupersedeForm,
        initial=SupersedeForm.about(entry),
        save=lambda form: actions.supersede_entry(entry_id=entry.pk, by=found.by(request), **form.values),
        title=_("%(topic)s: write a newer value") % {"topic": entry.get_topic_display()},
        done=_("Added to the file; the older value is kept."),
        anchor="file",
        extra={"history": queries.entry_history(entry)},
    )


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def add_asset(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=AssetForm,
        save=lambda form: actions.add_asset(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Add a vehicle or installation"),
        done=_("Added to the file."),
        anchor="assets",
    )


@page("customer.reveal", record="asset")
@require_http_methods(["GET", "POST"])
def change_asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    """The form shows plate and VIN whole, so opening it leaves the same trace as looking."""
    asset = found.belonging(request, Asset, asset_id)
    if request.method == "GET" and (asset.plate or asset.vin):
        actions.reveal_asset(asset_id=asset.pk, purpose=LookPurpose.CORRECT, by=found.by(request))
    return editing.edit(
        request,
        customer=asset.customer,
        form_of=AssetForm,
        initial=AssetForm.about(asset),
        save=lambda form: actions.change_asset(asset_id=asset.pk, version=form.seen_version, fields=form.values, by=found.by(request)),
        title=_("Change"),
        done=_("Saved."),
        anchor="assets",
        extra={"remove": ("customers:remove_asset", asset.pk)},
    )


@page("customer.edit", record="asset")
@require_POST
def remove_asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    asset = found.belonging(request, Asset, asset_id)
    return editing.act(
        request,
        customer=asset.customer,
        do=lambda: actions.remove_asset(asset_id=asset_id, by=found.by(request)),
        done=_("Removed."),
        anchor="assets",
    )


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def add_occasion(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=OccasionForm,
        save=lambda form: actions.add_occasion(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Add a day to remember"),
        done=_("Added to the file."),
        anchor="assets",
    )


@page("customer.reveal", record="occasion")
@require_http_methods(["GET", "POST"])
def change_occasion(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """The form shows the whole date, so opening it leaves the same trace as looking."""
    occasion = found.belonging(request, Occasion, occasion_id)
    if request.method == "GET" and occasion.year is not None:
        actions.reveal_occasion(occasion_id=occasion.pk, purpose=LookPurpose.CORRECT, by=found.by(request))
    return editing.edit(
        request,
        customer=occasion.customer,
        form_of=OccasionForm,
        initial=OccasionForm.about(occasion),
        save=lambda form: actions.change_occasion(
            occasion_id=occasion.pk, version=form.seen_version, fields=form.values, by=found.by(request)
        ),
        title=_("Change"),
        done=_("Saved."),
        anchor="assets",
        extra={"remove": ("customers:remove_occasion", occasion.pk), "days_before": queries.days_before(occasion)},
    )


@page("customer.edit", record="occasion")
@require_POST
def remove_occasion(request: HttpRequest, occasion_id: int) -> HttpResponse:
    occasion = found.belonging(request, Occasion, occasion_id)
    return editing.act(
        request,
        customer=occasion.customer,
        do=lambda: actions.remove_occasion(occasion_id=occasion_id, by=found.by(request)),
        done=_("Removed."),
        anchor="assets",
    )
