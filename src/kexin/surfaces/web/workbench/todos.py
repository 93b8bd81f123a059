"""One click from done: finishing, postponing, handing over, dropping, and taking each back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers import queries as customers
from kexin.loop.todo import actions, queries, rules
from kexin.loop.todo.choices import Kind
from kexin.loop.todo.lists import TODOS
from kexin.loop.todo.models import ToDo
from kexin.surfaces.frame import access, answers, formats, listing
from kexin.surfaces.web.workbench import reading

WHEN = {
    "tonight": gettext_lazy("This evening"),
    "tomorrow": gettext_lazy("Tomorrow morning"),
    "in_three_days": gettext_lazy("In three days"),
    "next_monday": gettext_lazy("Next Monday"),
}


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PostponeForm(forms.Form):
    due_at = forms.DateTimeField(label=gettext_lazy("New time"), widget=MomentInput())
    reason = forms.CharField(label=gettext_lazy("Why, and what the customer was told"), required=False, max_length=200)


class DropForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it is not needed"), max_length=200)


class NewForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, initial=Kind.TASK)
    due_at = forms.DateTimeField(label=gettext_lazy("By when"), required=False, widget=MomentInput())
    detail = forms.CharField(label=gettext_lazy("Details"), required=False, widget=forms.Textarea)
    owner = forms.ModelChoiceField(label=gettext_lazy("Who does it"), queryset=User.objects.none(), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = self.fields["owner"]
        if isinstance(owners, forms.ModelChoiceField):
            owners.queryset = staff.owners_for(user)
        owners.initial = user.pk


def _todo(request: HttpRequest, todo_id: int) -> ToDo:
    return get_object_or_404(
        queries.todos_visible_to(request.user).select_related("customer", "customer__place", "owner", "branch"), pk=todo_id
    )


def _actor(request: HttpRequest) -> Any:
    return request.user.actor  # type: ignore[union-attr]  # access.page admits only members of staff


def _customer_of(row: Any) -> str:
    return reverse("customers:customer", args=[row.customer_id]) if row.customer_id else ""


def _page_of(row: Any) -> str:
    return reverse("workbench:todo", args=[row.pk])


TO_CUSTOMERS = TODOS.linked({"customer": _customer_of})
LINKED = TO_CUSTOMERS.linked({"title": _page_of}, row_url=_page_of)
EMPTY = (gettext_lazy("No to-dos yet. What somebody promises a customer is put here."), gettext_lazy("New to-do"), "workbench:todo_new")


@access.page("todo.view")
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """All to-dos a person may see as one list: filtered, exported, handed over or postponed several at once."""
    shown = LINKED if staff.may(access.person(request), "todo.edit") else TO_CUSTOMERS
    return listing.render(request, replace(shown, empty=EMPTY), may_edit=shown is LINKED, template="workbench/todos.html")


@access.page("todo.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A to-do of one's own making, for a customer where `customer` is given."""
    user: Any = request.user
    form = NewForm(user, request.POST or None)
    chosen = request.GET.get("customer") or request.POST.get("customer") or ""
    customer = get_object_or_404(customers.customers_visible_to(user), pk=int(chosen)) if chosen.isdecimal() else None

    if request.method == "POST" and form.is_valid():
        try:
            actions.open_todo(**form.cleaned_data, customer=customer, by=_actor(request))
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, answers.back(request, reading.page_address(queries.MINE)), _("On the list."))

    return render(request, "workbench/new.html", {"form": form, "customer": customer}, status=422 if form.errors else 200)


@access.page("todo.edit", record="todo")
@require_GET
def change(request: HttpRequest, todo_id: int) -> HttpResponse:
    """The small dialog in which a to-do is postponed, handed over or dropped."""
    return _change(request, _todo(request, todo_id))


def _change(request: HttpRequest, todo: ToDo, **forms_: forms.Form) -> HttpResponse:
    user: Any = request.user
    local = timezone.localtime()
    context = {
        "todo": reading.dress(todo, access.person(request)),
        "scope": request.GET.get("scope") or request.POST.get("scope") or "",
        "postponements": [(name, WHEN[name], formats.datetime(at), at.isoformat()) for name, at in rules.postponements(local).items()],
        "owners": staff.owners_for(user),
        "postpone": PostponeForm(prefix="p"),
        "drop": DropForm(prefix="d"),
        **forms_,
    }
    template = "workbench/change.html" if getattr(request, "htmx", False) else "workbench/change_page.html"
    return render(request, template, context, status=422 if forms_ else 200)


@access.page("todo.edit", record="todo")
@require_POST
def finish(request: HttpRequest, todo_id: int) -> HttpResponse:
    todo = _todo(request, todo_id)

    todo = actions.finish(todo_id=todo.pk, outcome=request.POST.get("outcome", ""), by=_actor(request))

    if getattr(request, "htmx", False):
        return render(request, "workbench/ended.html", {"todo": todo, "scope": request.POST.get("scope", "")})
    return answers.done(request, answers.back(request), _("Done: %(title)s") % {"title": todo.title})


@access.page("todo.edit", record="todo")
@require_POST
def reopen(request: HttpRequest, todo_id: int) -> HttpResponse:
    todo = _todo(request, todo_id)

    actions.reopen(todo_id=todo.pk, by=_actor(request))

    return _after(request, _("Back on the list."))


@access.page("todo.edit", record="todo")
@require_POST
def postpone(request: HttpRequest, todo_id: int) -> HttpResponse:
    todo = _todo(request, todo_id)
    quick = request.POST.get("at")
    form = PostponeForm({"p-due_at": _local_text(quick), "p-reason": ""} if quick else request.POST, prefix="p")

    if form.is_valid():
        try:
            actions.postpone(todo_id=todo.pk, by=_actor(request), **form.cleaned_data)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return _after(request, _("Postponed to %(moment)s.") % {"moment": formats.relative(form.cleaned_data["due_at"])})

    return _change(request, todo, postpone=form)


@access.page("todo.edit", record="todo")
@require_POST
def reassign(request: HttpRequest, todo_id: int) -> HttpResponse:
    todo = _todo(request, todo_id)
    user: Any = request.user
    chosen = request.POST.get("owner", "")
    owner = get_object_or_404(staff.owners_for(user), pk=int(chosen)) if chosen.isdecimal() else None

    actions.reassign(todo_id=todo.pk, owner=owner, by=_actor(request))

    return _after(request, _("%(who)s does it now.") % {"who": owner} if owner else _("Put back among the unassigned."))


@access.page("todo.edit", record="todo")
@require_POST
def drop(request: HttpRequest, todo_id: int) -> HttpResponse:
    todo = _todo(request, todo_id)
    form = DropForm(request.POST, prefix="d")

    if form.is_valid():
        try:
            actions.drop(todo_id=todo.pk, reason=form.cleaned_data["reason"], by=_actor(request))
        except KexinError as error:
            answers.onto(form, error)
        else:
            return _after(request, _("Taken off the list."))

    return _change(request, todo, drop=form)


def _local_text(moment: str) -> str:
    try:
        return timezone.localtime(datetime.fromisoformat(moment)).strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        return ""


def _after(request: HttpRequest, message: str) -> HttpResponse:
    """The list anew, or back to the page the click came from."""
    scope = request.POST.get("scope", "")
    if getattr(request, "htmx", False) and scope:
        user: Any = request.user
        response = render(request, "workbench/list.html", reading.the_list(request, user, timezone.now()))
        response["HX-Retarget"], response["HX-Reswap"] = "#todo-list", "outerHTML"
        response["HX-Trigger"] = answers.events(say=message, close=True)
        return response
    return answers.done(request, answers.back(request), message)
