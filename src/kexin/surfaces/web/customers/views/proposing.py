"""For whoever may not merge: say that two files are one customer, and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kexin.ground.errors import KexinError
from kexin.kit.text import key_number
from kexin.loop.customers import actions
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms import ProposalForm
from kexin.surfaces.web.customers.views import found, merging


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Choose another file by searching; with one chosen (`with`), say why; posted, brought before those who decide."""
    customer = found.customer(request, customer_id)
    chosen = key_number(request.GET.get("with"))
    other = found.customer(request, chosen) if chosen is not None else None
    form = ProposalForm(request.POST if request.method == "POST" and other is not None else None)

    if other is not None and form.is_valid():
        try:
            actions.propose_merge(customer_id=customer.pk, other_id=other.pk, why=form.cleaned_data["why"], by=found.by(request))
        except KexinError as error:
            answers.onto(form, error)
        else:
            said = _("Passed on: whoever decides about duplicates looks at both files.")
            return answers.done(request, reverse("customers:customer", args=[customer.pk]), said)

    text = request.GET.get("q", "")[:80]
    hits = merging.hits(found.person(request), customer, text) if other is None else []
    context = {"customer": customer, "other": other, "form": form, "q": text, "hits": hits}
    return render(request, "customers/propose.html", context, status=422 if form.errors else 200)
