"""One way through every small form: show it, save it, put the refusal beside its field, show what the other person changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from kexin.ground.errors import Conflict, KexinError
from kexin.loop.customers.models import Customer
from kexin.surfaces.frame import answers
from kexin.surfaces.web.customers.forms import VersionedForm

TEMPLATE = "customers/form.html"


def edit(  # noqa: PLR0913 -- what one small form is made of
    request: HttpRequest,
    *,
    customer: Customer,
    form_of: Callable[..., VersionedForm],
    save: Callable[[Any], object],
    title: str,
    initial: dict[str, Any] | None = None,
    done: str = "",
    anchor: str = "",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """GET shows the form, POST saves it and goes back to the customer."""
    form = form_of(request.POST or None, initial=initial) if request.method == "POST" else form_of(initial=initial)
    context = {"customer": customer, "title": title, "back": back_to(customer, anchor), **(extra or {})}
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except Conflict as conflict:
            return _told(request, form_of, form, conflict, context)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, context["back"], done)
    status = 422 if request.method == "POST" else 200
    return render(request, TEMPLATE, {**context, "form": form}, status=status)


def act(request: HttpRequest, *, customer: Customer, do: Callable[[], object], done: str, anchor: str = "") -> HttpResponse:
    """A post without a form of its own. What the action refuses, the frame says."""
    do()
    return answers.done(request, back_to(customer, anchor), done)


def back_to(customer: Customer, anchor: str = "") -> str:
    return reverse("customers:customer", args=[customer.pk]) + (f"#{anchor}" if anchor else "")


def gone(customer: Customer) -> HttpResponseRedirect:
    return HttpResponseRedirect(back_to(customer))


def _told(
    request: HttpRequest, form_of: Callable[..., VersionedForm], form: VersionedForm, conflict: Conflict, context: dict[str, Any]
) -> HttpResponse:
    """What was typed stays; what the other person saved stands beside it. Saving again, knowing that, goes through."""
    typed = request.POST.copy()
    typed["version"] = str(conflict.version)
    again = form_of(typed, initial=form.initial)
    again.is_valid()
    rows = [
        {
            "label": again.fields[name].label if name in again.fields else name,
            "theirs": _words(again, name, conflict.theirs[name]),
            "yours": _words(again, name, conflict.yours.get(name)),
        }
        for name in conflict.theirs
    ]
    told = {"sentence": conflict.sentence(), "rows": rows, "who": conflict.data.get("who"), "when": conflict.data.get("when")}
    return render(request, TEMPLATE, {**context, "form": again, "conflict": told}, status=409)


def _words(form: VersionedForm, name: str, value: object) -> str:
    """A stored value as the form shows it: the words of a choice, not its code."""
    choices = getattr(form.fields.get(name), "choices", None)
    if isinstance(choices, list):
        return str(dict(choices).get(value, value if value is not None else ""))
    return "" if value is None else str(value)
