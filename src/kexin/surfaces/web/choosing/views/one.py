"""One customer: the score explained, answers given, terms with the reason of each condition."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.staff import queries as staff
from kexin.loop.choosing import actions, queries
from kexin.loop.choosing.models import Question
from kexin.surfaces.frame import answers, forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.choosing import reading
from kexin.surfaces.web.choosing.forms import AnswerForm
from kexin.surfaces.web.customers.views import found

SHOWN = 20


@page("choosing.view", record="customer")
@require_GET
def show(request: HttpRequest, customer_id: int) -> HttpResponse:
    """As it stands this moment; what was kept last is said beside it where it differs."""
    customer, user = found.customer(request, customer_id), person(request)
    today = timezone.localdate()
    scored = queries.scored([customer.pk], as_of=today).get(customer.pk)
    kept = queries.score_of(customer)
    rows = reading.criteria(scored, customer, user) if scored is not None else []
    differs = scored is not None and (kept is None or kept.details != scored.details() or kept.made_by_id != scored.version.pk)
    context = {
        "customer": customer,
        "scored": scored,
        "result": scored.result if scored is not None else None,
        "verdict": reading.verdict_chip(scored.result.verdict) if scored is not None else None,
        "rows": rows,
        "asks": [row for row in rows if row.ask][:3],
        "kept": kept,
        "differs": differs,
        "marks": [(mark, *reading.verdict_chip(mark.verdict)) for mark in queries.marks_of(customer)[:SHOWN]],
        "given": [(one, one.question.words(one.choice), one.is_stale(today)) for one in queries.answers_of(customer)[:SHOWN]],
        "terms": reading.terms_of(customer, user),
        "grants": queries.grants_of(customer)[:SHOWN],
        "may_answer": staff.may(user, "choosing.answer") and customer.is_active,
        "may_ask": staff.may(user, "terms.ask") and customer.is_active,
    }
    return render(request, "choosing/customer.html", context)


@page("choosing.answer", record="customer")
@require_POST
def score(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)

    kept = actions.score_customer(customer_id=customer.pk, by=person(request).actor)

    told = _("Scored.") if kept is not None else _("No checklist is for this customer.")
    return answers.done(request, reverse("choosing:customer", args=[customer.pk]), told)


@page("choosing.answer", record="customer")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, customer_id: int, question_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    question = get_object_or_404(Question, pk=question_id, is_active=True)
    form = AnswerForm(request.POST or None, question=question, initial={"answered_on": timezone.localdate()})
    return forming.ask(
        request,
        form,
        save=lambda form: actions.answer(customer_id=customer.pk, question_id=question.pk, by=person(request).actor, **form.values),
        title=str(question),
        back=reverse("choosing:customer", args=[customer.pk]),
        back_words=customer.name,
        done=_("Answered. The score counts it already."),
        explanation=_("An answer counts for %(days)s days; then it is asked again. Older answers are kept.")
        % {"days": question.stale_days},
    )
