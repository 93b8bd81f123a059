"""What becomes of an asset: sold, scrapped, in use again, in other hands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kexin.loop.customers import actions
from kexin.loop.customers.models import Asset
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms_known import AssetEndForm, TransferForm
from kexin.surfaces.web.customers.views import editing, found


@page("customer.edit", record="asset")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, asset_id: int) -> HttpResponse:
    asset = found.belonging(request, Asset, asset_id)
    return editing.edit(
        request,
        customer=asset.customer,
        form_of=lambda *args, **kwargs: AssetEndForm(*args, asset=asset, **kwargs),
        save=lambda form: actions.end_asset(asset_id=asset.pk, by=found.by(request), **form.values),
        title=_("%(asset)s: sold, scrapped, in use again") % {"asset": asset},
        done=_("Saved; the timeline tells it."),
        anchor="assets",
    )


@page("customer.edit", record="asset")
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, asset_id: int) -> HttpResponse:
    asset = found.belonging(request, Asset, asset_id)
    return editing.edit(
        request,
        customer=asset.customer,
        form_of=lambda *args, **kwargs: TransferForm(*args, user=found.person(request), **kwargs),
        save=lambda form: actions.transfer_asset(
            asset_id=asset.pk,
            to_customer_id=form.values["to"].pk,
            occurred_on=form.values["occurred_on"],
            note=form.values["note"],
            by=found.by(request),
        ),
        title=_("%(asset)s has a new owner") % {"asset": asset},
        done=_("Saved; the timeline of both customers tells it."),
        anchor="assets",
    )
