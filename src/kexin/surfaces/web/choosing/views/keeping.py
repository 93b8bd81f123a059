"""What an administrator keeps: checklists, questions, terms, propositions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kexin.ground.errors import KexinError
from kexin.loop.choosing import actions, queries, wording
from kexin.loop.choosing.models import Proposition, Question, TermSet, Version
from kexin.loop.choosing.queries import segments
from kexin.loop.choosing.queries import terms as term_queries
from kexin.loop.choosing.rules import conditions
from kexin.surfaces.frame import answers, forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.choosing import editing
from kexin.surfaces.web.choosing.forms import PropositionForm, QuestionForm, TermsForm


@page("choosing.rules")
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    checklists = list(queries.checklists())
    propositions = list(term_queries.propositions(retired=True))
    names = segments.named([*(one.segment_id for one in checklists), *(one.segment_id for one in propositions)])
    versions: dict[int, list[Version]] = {}
    for one in Version.objects.exclude(state="retired").order_by("-number"):
        versions.setdefault(one.checklist_id, []).append(one)
    every = list(term_queries.term_sets(retired=True))
    read = {one.pk: conditions.from_json(one.conditions) for one in every}
    vocabulary = wording.Vocabulary.of(line.source for lines in read.values() for line in lines)
    context = {
        "checklists": [(one, names[one.segment_id], versions.get(one.pk, [])) for one in checklists],
        "questions": queries.questions(retired=True),
        "terms": [(one, [(vocabulary.label(line.source), vocabulary.wanted(line)) for line in read[one.pk]]) for one in every],
        "propositions": [(one, names[one.segment_id]) for one in propositions],
    }
    return render(request, "choosing/rules.html", context)


@page("choosing.rules")
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, question_id: int | None = None) -> HttpResponse:
    found = get_object_or_404(Question, pk=question_id) if question_id is not None else None
    initial: dict[str, Any] = {"stale_days": 365, "position": 10, "is_active": True}
    if found is not None:
        initial = {name: getattr(found, name) for name in QuestionForm.base_fields}
        initial["choices"] = "\n".join(" | ".join(row) for row in found.choices)
    return forming.ask(
        request,
        QuestionForm(request.POST or None, initial=initial),
        save=lambda form: actions.save_question(
            question_id=question_id, version=form.seen_version, fields=form.values, by=person(request).actor
        ),
        title=str(found) if found is not None else _("A new question"),
        back=reverse("choosing:rules"),
        back_words=_("Rules"),
        done=_("Saved."),
    )


@page("choosing.rules")
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, terms_id: int | None = None) -> HttpResponse:
    """Terms with the rows of their conditions."""
    found = get_object_or_404(TermSet, pk=terms_id) if terms_id is not None else None
    initial: dict[str, Any] = {"valid_days": 365, "recheck_days": 365, "position": 10, "is_active": True}
    plain: list[Any] = []
    if found is not None:
        initial = {name: getattr(found, name) for name in TermsForm.base_fields}
        plain = found.conditions
    form, status, error = TermsForm(request.POST or None, initial=initial), 200, None
    if request.method == "POST":
        plain, status = editing.conditions_typed(request.POST), 422
        if form.is_valid():
            try:
                actions.save_terms(
                    terms_id=terms_id, version=form.seen_version, fields={**form.values, "conditions": plain}, by=person(request).actor
                )
            except KexinError as refused:
                error, status = refused, answers.status_of(refused)
                if refused.field:
                    answers.onto(form, refused)
            else:
                return answers.done(request, reverse("choosing:rules"), _("Saved. Who has these terms is looked at by it from tonight on."))
    rows = editing.condition_rows(plain)
    context = {
        "form": form,
        "record": found,
        "error": error,
        "rows": rows,
        "new_rows": editing.new_names(len(rows)),
        "sources": wording.offered(),
        "operators": [(conditions.AT_LEAST, _("at least")), (conditions.AT_MOST, _("at most"))],
    }
    return render(request, "choosing/terms.html", context, status=status)


@page("choosing.rules")
@require_http_methods(["GET", "POST"])
def proposition(request: HttpRequest, proposition_id: int | None = None) -> HttpResponse:
    found, user = get_object_or_404(Proposition, pk=proposition_id) if proposition_id is not None else None, person(request)
    offered = segments.offered(user)
    initial: dict[str, Any] = {"segment_id": 0, "position": 10, "is_active": True}
    if found is not None:
        initial = {name: getattr(found, name) for name in PropositionForm.base_fields}
        if found.segment_id not in {one.id for one in offered}:
            offered.append(segments.named([found.segment_id])[found.segment_id])
    return forming.ask(
        request,
        PropositionForm(request.POST or None, offered=offered, initial=initial),
        save=lambda form: actions.save_proposition(
            proposition_id=proposition_id, version=form.seen_version, fields=form.values, by=user.actor
        ),
        title=_("Value proposition"),
        back=reverse("choosing:rules"),
        back_words=_("Rules"),
        done=_("Saved. It stands on customers' pages from the next scoring on."),
        explanation=_(
            "One a segment: exclusive (the product itself, said by its maker), extra (what comes with it, felt by the consumer) "
            "or key (the core benefit that moves this market)."
        ),
    )
