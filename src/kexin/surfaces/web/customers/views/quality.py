"""How complete and fresh files are, by branch and owner; and what to do with what a rule concluded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.jobs import actions as jobs
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import Kind
from kexin.loop.customers.models import FileEntry
from kexin.loop.todo import actions as todos
from kexin.surfaces.frame import answers, asking
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.views import editing, found


@page("customer.view")
@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    read = queries.file_quality(found.person(request), kind=kind)
    context = {
        "quality": read,
        "may_count": staff.may(found.person(request), "customer.bulk"),
        "kind": kind,
        "kinds": [("", _("All files")), *Kind.choices],
        "items": [asking.words(item) for item in read.items],
        "whole": _row(read.whole, read.items),
        "branches": [_row(line, read.items) for line in read.branches],
        "owners": [_row(line, read.items) for line in read.owners],
    }
    return render(request, "customers/quality.html", context)


@page("customer.bulk")
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Count anew now, in the background, instead of tonight."""
    jobs.start(kind="customers.quality", by=found.by(request))
    return answers.done(request, reverse("customers:quality"), _("Counting in the background; reload the page in a moment."))


@page("customer.edit", record="customer")
@require_POST
def ask(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A to-do for the owner: ask this at the next occasion."""
    customer = found.customer(request, customer_id)
    item = request.POST.get("item", "")
    if item not in asking.QUESTIONS:
        return answers.done(request, editing.back_to(customer, "file"), _("There is nothing like that to ask."))
    todos.open_todo(
        kind="task",
        title=_("Ask %(name)s: %(what)s") % {"name": customer.name, "what": asking.words(item)},
        detail=asking.question(item),
        customer=customer,
        cause=f"ask.{item}",
        due_at=timezone.now() + timedelta(days=7),
        by=found.by(request),
    )
    return answers.done(request, editing.back_to(customer, "file"), _("On the list, for within a week."))


@page("customer.edit", record="entry")
@require_POST
def confirm(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = _entry(request, entry_id)
    return editing.act(
        request,
        customer=entry.customer,
        do=lambda: actions.confirm_inference(entry_id=entry_id, by=found.by(request)),
        done=_("Written down as told by the customer; the conclusion is kept behind it."),
        anchor="file",
    )


@page("customer.edit", record="entry")
@require_POST
def reject(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = _entry(request, entry_id)
    return editing.act(
        request,
        customer=entry.customer,
        do=lambda: actions.reject_inference(entry_id=entry_id, by=found.by(request)),
        done=_("Hidden. The rule will not conclude it again."),
        anchor="file",
    )


def _entry(request: HttpRequest, entry_id: int) -> FileEntry:
    return get_object_or_404(queries.belongings_visible_to(request.user, FileEntry), pk=entry_id)


def _row(line: Any, items: list[str]) -> dict[str, Any]:
    return {"line": line, "shares": [line.of(item) for item in items]}
