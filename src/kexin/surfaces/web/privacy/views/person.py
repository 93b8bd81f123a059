"""One person: a copy of everything kept of them, and their erasure with its certificate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kexin.ground.audit import looks as shown
from kexin.ground.errors import KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.customers import own_erasure
from kexin.loop.customers.models import Contact
from kexin.loop.privacy import actions, queries
from kexin.loop.privacy.models import Erasure
from kexin.loop.privacy.queries.erasure import goes_in_words
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.privacy import looking
from kexin.surfaces.web.privacy.forms import CopyForm, EraseForm
from kexin.surfaces.web.privacy.views.seen import customer_seen

SHOWN = 500


@page("privacy.manage", record="customer")
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = customer_seen(request, customer_id)
    form = CopyForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            stored = actions.copy_person(customer_id=customer.pk, by=person(request).actor, **form.cleaned_data)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("files:download", args=[stored.public_id]))
    return render(request, "privacy/copy_ask.html", {"customer": customer, "form": form}, status=422 if request.method == "POST" else 200)


@page("privacy.manage", record="customer")
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = customer_seen(request, customer_id)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("sure")
        try:
            erasure = actions.erase_person(customer_id=customer.pk, by=person(request).actor, **given)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("privacy:erasure", args=[erasure.pk]), _("Erased. This is the certificate."))
    context = {"customer": customer, "form": form, "preview": queries.preview_of(customer)}
    return render(request, "privacy/erase.html", context, status=422 if request.method == "POST" else 200)


@page("privacy.manage", record="contact")
@require_http_methods(["GET", "POST"])
def erase_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """One person who is only a contact of a customer."""
    contact = get_object_or_404(Contact, pk=contact_id)
    customer = customer_seen(request, contact.customer_id)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("sure")
        try:
            erasure = actions.erase_contact(contact_id=contact.pk, by=person(request).actor, **given)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("privacy:erasure", args=[erasure.pk]), _("Erased. This is the certificate."))
    context = {"customer": customer, "contact": contact, "form": form}
    return render(request, "privacy/erase_contact.html", context, status=422 if request.method == "POST" else 200)


@page("privacy.manage", record="customer")
@require_GET
def looks(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Who looked at this person: what they may ask us."""
    customer = customer_seen(request, customer_id)
    found = shown.of(file.pk for file in own_erasure.files_along(customer))[:SHOWN]
    rows = [(row, looking.what_in_words(row.what), looking.purpose_in_words(row.purpose, row.words)) for row in found]
    return render(request, "privacy/looks.html", {"customer": customer, "rows": rows})


@page("privacy.manage", record="erasure")
@require_GET
def certificate(request: HttpRequest, erasure_id: int) -> HttpResponse:
    erasure = get_object_or_404(Erasure, pk=erasure_id)
    context = {
        "erasure": erasure,
        "goes": goes_in_words(erasure.counts),
        "stays": queries.stays_in_words(erasure.kept),
        "files": erasure.cleaned.get("files", 0),
        "company": staff.company().name,
    }
    return render(request, "privacy/certificate.html", context)
