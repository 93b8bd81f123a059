"""The directory: its list, one partner with offices and people, and the offices nearest to a customer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.staff import queries as staff
from kexin.loop.customers import queries as customers
from kexin.loop.partners import actions, queries
from kexin.loop.partners.directory_listing import DIRECTORY
from kexin.loop.partners.models import Office, Partner, PartnerContact
from kexin.surfaces.frame import answers, forming, listing
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.customers.views import found
from kexin.surfaces.web.partners.forms import ContactForm, OfficeForm, PartnerForm

EMPTY = (gettext_lazy("No partner is in the directory yet."), gettext_lazy("Add the first"), "partners:new")
NOBODY = (gettext_lazy("No partner is in the directory yet."), "", "")
NEAREST = 20


def _page_of(row: Any) -> str:
    return reverse("partners:partner", args=[row.pk])


LINKED = DIRECTORY.linked({"name": _page_of}, row_url=_page_of)


def _partner(request: HttpRequest, partner_id: int) -> Partner:
    return get_object_or_404(queries.partners_visible_to(request.user).select_related("customer"), pk=partner_id)


def _back(partner: Partner) -> str:
    return reverse("partners:partner", args=[partner.pk])


@page("partner.view")
@require_GET
def partners(request: HttpRequest) -> HttpResponseBase:
    may_edit = staff.may(person(request), "partner.edit")
    return listing.render(
        request, replace(LINKED, empty=EMPTY if may_edit else NOBODY), template="partners/partners.html", may_edit=may_edit
    )


@page("partner.view", record="partner")
@require_GET
def show(request: HttpRequest, partner_id: int) -> HttpResponse:
    partner, user = _partner(request, partner_id), person(request)
    today = timezone.localdate()
    customer = partner.customer
    context = {
        "partner": partner,
        "offices": list(partner.offices.order_by("-is_active", "name", "pk")),
        "people": list(partner.people.select_related("office").order_by("pk")),
        "days_left": (partner.agreed_until - today).days if partner.agreed_until else None,
        "customer": customer if customer and customers.customers_visible_to(user, closed=True).filter(pk=customer.pk).exists() else None,
        "may_edit": staff.may(user, "partner.edit"),
    }
    return render(request, "partners/partner.html", context)


@page("partner.edit")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    user = person(request)

    def save(form: PartnerForm) -> object:
        values = form.values
        return actions.add_partner(customer=values.pop("customer"), fields=values, by=user.actor)

    form = PartnerForm(request.POST, user=user) if request.method == "POST" else PartnerForm(user=user, initial=PartnerForm.about(None))
    return forming.ask(request, form, save=save, title=_("New partner"), back=reverse("partners:list"), done=_("In the directory."))


@page("partner.edit", record="partner")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, partner_id: int) -> HttpResponse:
    partner, user = _partner(request, partner_id), person(request)

    def save(form: PartnerForm) -> object:
        values = form.values
        customer = values.pop("customer")
        return actions.change_partner(partner_id=partner.pk, version=form.seen_version, fields=values, customer=customer, by=user.actor)

    form = PartnerForm(request.POST, user=user) if request.method == "POST" else PartnerForm(user=user, initial=PartnerForm.about(partner))
    return forming.ask(request, form, save=save, title=partner.name, back=_back(partner), done=_("Saved."))


@page("partner.edit", record="partner")
@require_http_methods(["GET", "POST"])
def add_office(request: HttpRequest, partner_id: int) -> HttpResponse:
    partner = _partner(request, partner_id)

    def save(form: OfficeForm) -> object:
        values = form.values
        given, system = values.pop("coordinates"), values.pop("system")
        return actions.add_office(partner_id=partner.pk, fields=values, given=given, system=system, by=person(request).actor)

    return forming.ask(
        request,
        OfficeForm(request.POST or None),
        save=save,
        title=_("New office of %(name)s") % {"name": partner.name},
        back=_back(partner),
        done=_("Added."),
    )


@page("partner.edit", record="office")
@require_http_methods(["GET", "POST"])
def change_office(request: HttpRequest, office_id: int) -> HttpResponse:
    office = get_object_or_404(Office.objects.select_related("partner"), pk=office_id)

    def save(form: OfficeForm) -> object:
        values = form.values
        given, system = values.pop("coordinates"), values.pop("system")
        return actions.change_office(
            office_id=office.pk,
            version=form.seen_version,
            fields=values,
            given=None if given == told["coordinates"] else given,  # as shown: in WGS-84, and from the map it was read from
            system=system,
            by=person(request).actor,
        )

    told = OfficeForm.about(office)
    form = OfficeForm(request.POST) if request.method == "POST" else OfficeForm(initial=told)
    return forming.ask(
        request,
        form,
        save=save,
        title=office.name,
        back=_back(office.partner),
        done=_("Saved."),
        remove=("partners:remove_office", office.pk),
    )


@page("partner.edit", record="office")
@require_POST
def remove_office(request: HttpRequest, office_id: int) -> HttpResponse:
    office = get_object_or_404(Office.objects.select_related("partner"), pk=office_id)
    actions.remove_office(office_id=office.pk, by=person(request).actor)
    return answers.done(request, _back(office.partner), _("Removed."))


@page("partner.edit", record="partner")
@require_http_methods(["GET", "POST"])
def add_contact(request: HttpRequest, partner_id: int) -> HttpResponse:
    partner = _partner(request, partner_id)

    def save(form: ContactForm) -> object:
        values = form.values
        return actions.add_contact(partner_id=partner.pk, office=values.pop("office"), fields=values, by=person(request).actor)

    form = ContactForm(request.POST or None, partner=partner)
    return forming.ask(
        request, form, save=save, title=_("Whom to ask at %(name)s") % {"name": partner.name}, back=_back(partner), done=_("Added.")
    )


@page("partner.edit", record="partner_contact")
@require_http_methods(["GET", "POST"])
def change_contact(request: HttpRequest, partner_contact_id: int) -> HttpResponse:
    contact = get_object_or_404(PartnerContact.objects.select_related("partner"), pk=partner_contact_id)

    def save(form: ContactForm) -> object:
        values = form.values
        return actions.change_contact(
            contact_id=contact.pk, version=form.seen_version, office=values.pop("office"), fields=values, by=person(request).actor
        )

    filled = {"partner": contact.partner}
    form = ContactForm(request.POST, **filled) if request.method == "POST" else ContactForm(initial=ContactForm.about(contact), **filled)
    return forming.ask(
        request,
        form,
        save=save,
        title=contact.name,
        back=_back(contact.partner),
        done=_("Saved."),
        remove=("partners:remove_contact", contact.pk),
    )


@page("partner.edit", record="partner_contact")
@require_POST
def remove_contact(request: HttpRequest, partner_contact_id: int) -> HttpResponse:
    contact = get_object_or_404(PartnerContact.objects.select_related("partner"), pk=partner_contact_id)
    actions.remove_contact(contact_id=contact.pk, by=person(request).actor)
    return answers.done(request, _back(contact.partner), _("Removed."))


@page("partner.view", record="customer")
@require_GET
def nearest(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The offices nearest to a customer, each with how far and how exactly that is known."""
    customer = found.customer(request, customer_id)
    context = {
        "customer": customer,
        "offices": queries.nearest_offices(customer, limit=NEAREST),
        "known": customers.whereabouts_of(customer) is not None,
        "back": reverse("customers:customer", args=[customer.pk]),
    }
    return render(request, "partners/nearest.html", context)
