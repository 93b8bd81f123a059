"""The rules of the pool, and whom they would move."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kexin.loop.pool import actions, queries
from kexin.loop.pool.models import TierRule
from kexin.surfaces.frame import forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.ownership.forms import LimitsForm, RuleForm

SHOWN, COUNTED = 200, 2000


@page("pool.rules")
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "ownership/rules.html", {"rules": queries.tier_rules(), "policy": queries.policy()})


@page("pool.rules", record="tier_rule")
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, tier_rule_id: int) -> HttpResponse:
    found = get_object_or_404(TierRule, pk=tier_rule_id)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=RuleForm.about(found))
    return forming.ask(
        request,
        form,
        save=lambda form: actions.save_rule(tier=found.tier, version=form.seen_version, by=person(request).actor, **form.values),
        title=_("Tier %(tier)s") % {"tier": found.tier} if found.tier else _("Never assessed"),
        back=reverse("ownership:rules"),
        done=_("Saved. The rule holds from the next night on."),
    )


@page("pool.rules")
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    form = LimitsForm(request.POST) if request.method == "POST" else LimitsForm(initial=LimitsForm.about(queries.policy()))
    return forming.ask(
        request,
        form,
        save=lambda form: actions.save_policy(fields=form.values, version=form.seen_version, by=person(request).actor),
        title=_("Warning, protection, limits"),
        back=reverse("ownership:rules"),
        done=_("Saved."),
    )


@page("pool.manage")
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """Who would go in the next nights, whom something keeps; nothing is written."""
    today = timezone.localdate()
    found = list(islice(queries.preview(today=today, user=person(request)), COUNTED))
    going = sorted((one for one in found if not one.protected), key=lambda one: (one.goes_on, one.customer.pk))
    kept = [one for one in found if one.protected]
    context = {
        "today": today,
        "going": going[:SHOWN],
        "going_count": len(going),
        "kept": kept[:SHOWN],
        "kept_count": len(kept),
        "reasons": Counter(words for one in kept for words in one.protections).most_common(),
        "is_more": len(found) == COUNTED,
        "any_on": any(rule.is_on for rule in queries.tier_rules()),
    }
    return render(request, "ownership/preview.html", context)
