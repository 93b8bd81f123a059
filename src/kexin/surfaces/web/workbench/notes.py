"""记一笔: what was just said or done with a customer, in a few seconds, from any page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kexin.ground.errors import KexinError
from kexin.ground.search import queries as found
from kexin.kit.text import key_number
from kexin.loop.customers import queries as customers
from kexin.loop.customers.choices import InteractionKind, Topic
from kexin.loop.customers.models import Customer
from kexin.loop.customers.rules.asking import Ask
from kexin.loop.todo import actions
from kexin.surfaces.frame import access, answers, asking
from kexin.surfaces.web.workbench.todos import MomentInput

FOUND = 8
TO_ASK = 2  # in passing, while the customer is on the line
# What can be written down in one line beside a note. Everything else has a form of its own on the file.
TOLD = {Topic.OCCUPATION, Topic.HOBBY, Topic.FAMILY, Topic.WISH}


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What was it"), choices=InteractionKind.choices, initial=InteractionKind.CALL, widget=forms.RadioSelect
    )
    text = forms.CharField(label=gettext_lazy("What was said or done"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    todo = forms.CharField(label=gettext_lazy("And then to do"), required=False, max_length=200)
    due_at = forms.DateTimeField(label=gettext_lazy("By when"), required=False, widget=MomentInput())

    def __init__(self, *args: Any, asks: Iterable[Ask] = (), **kwargs: Any) -> None:
        """With one more line for each thing worth asking now: `told-<topic>`."""
        super().__init__(*args, **kwargs)
        for ask in asks:
            self.fields[f"told-{ask.item}"] = forms.CharField(
                label=asking.question(ask.item),
                required=False,
                max_length=300,
                help_text=_("Known, but long ago: still right?") if ask.is_stale else "",
            )

    def to_ask(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("told-")]

    def learnt(self) -> dict[str, str]:
        return {name.removeprefix("told-"): value for name, value in self.cleaned_data.items() if name.startswith("told-") and value}


@access.page("customer.edit")
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    customer = _customer(request)
    form = NoteForm(request.POST if request.method == "POST" else None, asks=_asks(customer, request))

    if request.method == "POST":
        if customer is None:
            form.add_error(None, _("Choose the customer first: type a name, pinyin, or the end of a phone number."))
        if form.is_valid() and customer is not None:
            given = form.cleaned_data
            try:
                actions.note(
                    customer=customer,
                    kind=given["kind"],
                    text=given["text"],
                    learnt=form.learnt(),
                    todo=given["todo"],
                    due_at=given["due_at"],
                    by=access.person(request).actor,
                )
            except KexinError as error:
                answers.onto(form, error)
            else:
                return answers.done(request, _address(customer), _("Noted on the file of %(name)s.") % {"name": customer.name})

    template = "workbench/note.html" if getattr(request, "htmx", False) else "workbench/note_page.html"
    return render(request, template, {"form": form, "customer": customer}, status=422 if form.errors else 200)


@access.page("customer.edit")
@require_GET
def find_customers(request: HttpRequest) -> HttpResponse:
    """Customers by what was typed, to choose one."""
    text = request.GET.get("find", "").strip()
    rows: list[Customer] = []
    if text:
        rows = list(
            found.matching(customers.customers_visible_to(request.user), "customer", text).select_related("branch", "place")[:FOUND]
        )
    return render(request, "workbench/note_customers.html", {"rows": rows, "text": text})


@access.page("customer.edit")
@require_GET
def asks(request: HttpRequest) -> HttpResponse:
    """What to ask the customer just chosen."""
    return render(request, "workbench/note_asks.html", {"form": NoteForm(asks=_asks(_customer(request), request))})


def _asks(customer: Customer | None, request: HttpRequest) -> list[Ask]:
    """Those worth asking that one line answers; of a note being saved, every line that was offered and answered."""
    if customer is None:
        return []
    offered = customers.asks_for(customer, among=TOLD)[:TO_ASK]
    answered = {name.removeprefix("told-") for name in request.POST if name.startswith("told-")} & TOLD
    known = {ask.item for ask in offered}
    return offered + [Ask(topic, 0, is_stale=False) for topic in sorted(answered - known)]


def _customer(request: HttpRequest) -> Customer | None:
    chosen = key_number(request.POST.get("customer") or request.GET.get("customer"))
    if chosen is None:
        return None
    return get_object_or_404(customers.customers_visible_to(request.user).select_related("branch", "place"), pk=chosen)


def _address(customer: Customer) -> str:
    try:
        return reverse("customers:customer", kwargs={"customer_id": customer.pk})
    except NoReverseMatch:
        return reverse("workbench:page")
