"""Relations: add one, say that it ended, take off one that never was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kexin.loop.customers import actions, queries
from kexin.loop.customers.models import Customer, Relation
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms_known import EndRelationForm, RelationForm
from kexin.surfaces.web.customers.views import editing, found


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)

    def save(form: RelationForm) -> Relation:
        values = form.values
        return actions.add_relation(customer_id=customer.pk, other_id=values.pop("other").pk, by=found.by(request), **values)

    return editing.edit(
        request,
        customer=customer,
        form_of=lambda *args, **kwargs: RelationForm(*args, user=found.person(request), **kwargs),
        save=save,
        title=_("Add a relation"),
        done=_("Added to the file."),
        anchor="relations",
    )


@page("customer.edit", record="relation")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, relation_id: int) -> HttpResponse:
    relation = found.relation(request, relation_id)
    customer = _seen_side(request, relation)
    return editing.edit(
        request,
        customer=customer,
        form_of=EndRelationForm,
        save=lambda form: actions.end_relation(relation_id=relation.pk, ended_on=form.values["ended_on"], by=found.by(request)),
        title=_("This relation ended"),
        done=_("Saved."),
        anchor="relations",
        extra={
            "explanation": f"{relation.customer.name} – {relation.get_kind_display()}: {relation.other.name}",
            "remove": ("customers:remove_relation", relation.pk),
        },
    )


@page("customer.edit", record="relation")
@require_POST
def remove(request: HttpRequest, relation_id: int) -> HttpResponse:
    relation = found.relation(request, relation_id)
    return editing.act(
        request,
        customer=_seen_side(request, relation),
        do=lambda: actions.remove_relation(relation_id=relation_id, by=found.by(request)),
        done=_("Removed."),
        anchor="relations",
    )


def _seen_side(request: HttpRequest, relation: Relation) -> Customer:
    """The customer whose page this person comes from: the first of the two they may see."""
    seen = queries.customers_visible_to(request.user, closed=True).filter(pk=relation.customer_id).exists()
    return relation.customer if seen else relation.other
