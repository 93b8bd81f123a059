"""Own fields: what an administrator defines, and their values on one file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import Conflict, KexinError
from kexin.loop.customers import actions, queries
from kexin.loop.customers.models import CustomField
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms_custom import EditFieldForm, FieldForm, RemoveFieldForm, ValuesForm
from kexin.surfaces.web.customers.views import editing, found


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def values(request: HttpRequest, customer_id: int) -> HttpResponse:
    """All own fields of one file in one form; what was known before stands below."""
    customer = found.customer(request, customer_id)
    user = found.person(request)
    asked = {field.pk for field in queries.fields_for(customer, user)}
    filled = [(one.field, one.value) for one in queries.custom_of(customer, user) if one.field.pk in asked]

    def save(form: ValuesForm) -> object:
        given = form.values
        return actions.write_fields(
            customer_id=customer.pk,
            values=form.written,
            source=given["source"],
            collected_on=given["collected_on"],
            purpose=given["purpose"],
            by=found.by(request),
        )

    return editing.edit(
        request,
        customer=customer,
        form_of=lambda *args, **kwargs: ValuesForm(*args, fields=[field for field, _value in filled], **kwargs),
        initial=ValuesForm.about(filled),
        save=save,
        title=_("Own fields"),
        done=_("Added to the file; the older value is kept."),
        anchor="own-fields",
        extra={"values_so_far": [(row, queries.words_of(row.field, row)) for row in queries.custom_history(customer, user)]},
    )


@page("settings.manage")
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    return render(request, "customers/fields.html", {"fields": CustomField.objects.order_by("position", "pk")})


@page("settings.manage")
@require_http_methods(["GET", "POST"])
def define(request: HttpRequest) -> HttpResponse:
    form = FieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.given
        given.pop("is_active")
        try:
            actions.define_field(by=found.by(request), **given)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("customers:fields"), _("Saved."))
    return render(request, "customers/field.html", {"form": form}, status=422 if request.method == "POST" else 200)


@page("settings.manage", record="field")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, field_id: int) -> HttpResponse:
    field = get_object_or_404(CustomField, pk=field_id)
    form = EditFieldForm(request.POST or None, initial=EditFieldForm.about(field))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_field(field_id=field.pk, version=form.seen_version, by=found.by(request), **form.given)
        except Conflict as conflict:
            form.add_error(None, conflict.sentence())
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("customers:fields"), _("Saved."))
    context = {"form": form, "field_": field, "remove_form": RemoveFieldForm()}
    return render(request, "customers/field.html", context, status=422 if request.method == "POST" else 200)


@page("settings.manage", record="field")
@require_POST
def remove(request: HttpRequest, field_id: int) -> HttpResponse:
    """Asks first: without the tick a field with values stays, and the page says how many files have one."""
    field = get_object_or_404(CustomField, pk=field_id)
    asked = RemoveFieldForm(request.POST)
    asked.is_valid()
    try:
        actions.remove_field(field_id=field.pk, meant=asked.cleaned_data["meant"], by=found.by(request))
    except KexinError as error:
        answers.onto(asked, error)
        context = {"form": EditFieldForm(initial=EditFieldForm.about(field)), "field_": field, "remove_form": asked}
        return render(request, "customers/field.html", context, status=422)
    return answers.done(request, reverse("customers:fields"), _("Removed."))
