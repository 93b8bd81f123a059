"""What a customer agreed to, and the purposes that are asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kexin.ground.errors import KexinError
from kexin.ground.files.models import StoredFile
from kexin.loop.privacy import actions, queries
from kexin.loop.privacy.models import Purpose
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.privacy.forms import ConsentForm, PurposeForm
from kexin.surfaces.web.privacy.views.seen import customer_seen

SHOWN = 200


@page("privacy.consent", record="customer")
@require_http_methods(["GET", "POST"])
def consents(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = customer_seen(request, customer_id)
    form = ConsentForm(
        request.POST or None,
        request.FILES or None,
        initial={"purpose": request.GET.get("purpose"), "state": request.GET.get("state", "given")},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        document = given.pop("document")
        try:
            actions.note_consent(
                customer_id=customer.pk,
                purpose_id=given.pop("purpose").pk,
                document=document,
                document_name=document.name if document else "",
                by=person(request).actor,
                **given,
            )
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("customers:customer", args=[customer.pk]) + "#consent", _("Noted."))
    rows = list(queries.consents_of(customer)[:SHOWN])
    documents = {stored.pk: stored for stored in StoredFile.objects.filter(pk__in=[row.document_id for row in rows if row.document_id])}
    context = {
        "customer": customer,
        "form": form,
        "standing": queries.standing_of(customer),
        "rows": [(row, documents.get(row.document_id or 0)) for row in rows],
    }
    return render(request, "privacy/consents.html", context, status=422 if request.method == "POST" else 200)


@page("privacy.manage")
@require_GET
def purposes(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/purposes.html", {"purposes": queries.purposes()})


@page("privacy.manage")
@require_http_methods(["GET", "POST"])
def add_purpose(request: HttpRequest) -> HttpResponse:
    return _purpose(request, None)


@page("privacy.manage", record="purpose")
@require_http_methods(["GET", "POST"])
def change_purpose(request: HttpRequest, purpose_id: int) -> HttpResponse:
    return _purpose(request, get_object_or_404(Purpose, pk=purpose_id))


def _purpose(request: HttpRequest, purpose: Purpose | None) -> HttpResponse:
    form = PurposeForm(request.POST or None, initial=PurposeForm.about(purpose) if purpose else None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        version = fields.pop("version")
        try:
            actions.save_purpose(purpose_id=purpose.pk if purpose else None, version=version, fields=fields, by=person(request).actor)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("privacy:purposes"), _("Saved."))
    return render(request, "privacy/purpose.html", {"form": form, "purpose": purpose}, status=422 if request.method == "POST" else 200)
