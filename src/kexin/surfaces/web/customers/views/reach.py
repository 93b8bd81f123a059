"""Contacts and how to reach them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions
from kexin.loop.customers.models import Contact, ContactPoint
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms import ContactForm, NewContactForm, NewPointForm, PointForm
from kexin.surfaces.web.customers.views import editing, found


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def add_contact(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=NewContactForm,
        save=lambda form: actions.add_contact(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Add a contact"),
        done=_("Added to the file."),
        anchor="contacts",
    )


@page("customer.edit", record="contact")
@require_http_methods(["GET", "POST"])
def change_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = found.belonging(request, Contact, contact_id)
    return editing.edit(
        request,
        customer=contact.customer,
        form_of=ContactForm,
        initial=ContactForm.about(contact),
        save=lambda form: actions.change_contact(
            contact_id=contact.pk, version=form.seen_version, fields=form.values, by=found.by(request)
        ),
        title=_("Change the contact"),
        done=_("Saved."),
        anchor="contacts",
        extra={
            "remove": ("customers:remove_contact", contact.pk),
            "erase": contact.pk if staff.may(request.user, "privacy.manage") else None,
        },
    )


@page("customer.edit", record="contact")
@require_POST
def remove_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = found.belonging(request, Contact, contact_id)
    return editing.act(
        request,
        customer=contact.customer,
        do=lambda: actions.remove_contact(contact_id=contact_id, by=found.by(request)),
        done=_("Removed."),
        anchor="contacts",
    )


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def add_point(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)

    def save(form: NewPointForm) -> object:
        values = form.values
        whose = values.pop("contact_id")
        return actions.add_point(customer_id=customer.pk, contact_id=int(whose) if whose else None, by=found.by(request), **values)

    return editing.edit(
        request,
        customer=customer,
        form_of=lambda *args, **kwargs: NewPointForm(*args, customer=customer, **kwargs),
        save=save,
        title=_("Add a number or address"),
        done=_("Added to the file."),
        anchor="contacts",
    )


@page("customer.edit", record="point")
@require_http_methods(["GET", "POST"])
def change_point(request: HttpRequest, point_id: int) -> HttpResponse:
    point = found.belonging(request, ContactPoint, point_id)
    return editing.edit(
        request,
        customer=point.customer,
        form_of=PointForm,
        initial=PointForm.about(point),
        save=lambda form: actions.change_point(
            point_id=point.pk,
            version=form.seen_version,
            value=form.values["value"],
            note=form.values["note"],
            by=found.by(request),
        ),
        title=_("Write the number anew"),
        done=_("Saved."),
        anchor="contacts",
        extra={
            "remove": ("customers:remove_point", point.pk),
            "first": None if point.is_primary else ("customers:first_point", point.pk),
        },
    )


@page("customer.edit", record="point")
@require_POST
def remove_point(request: HttpRequest, point_id: int) -> HttpResponse:
    point = found.belonging(request, ContactPoint, point_id)
    return editing.act(
        request,
        customer=point.customer,
        do=lambda: actions.remove_point(point_id=point_id, by=found.by(request)),
        done=_("Removed."),
        anchor="contacts",
    )


@page("customer.edit", record="point")
@require_POST
def first_point(request: HttpRequest, point_id: int) -> HttpResponse:
    point = found.belonging(request, ContactPoint, point_id)
    return editing.act(
        request,
        customer=point.customer,
        do=lambda: actions.make_point_primary(point_id=point_id, by=found.by(request)),
        done=_("Saved."),
        anchor="contacts",
    )
