"""Possible duplicates, two files side by side, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.jobs.models import Job
from kexin.ground.search import queries as search
from kexin.ground.staff.models import Branch, User
from kexin.kit.text import key_number, mask_address, mask_id
from kexin.loop.customers import actions, parts, queries
from kexin.loop.customers.actions.looking import REVEALED
from kexin.loop.customers.choices import Kind, PointKind, Source
from kexin.loop.customers.models import Customer, DuplicatePair, FileEntry, Interaction
from kexin.loop.customers.pairs_listing import PAIRS, pairs_visible_to, reason_words
from kexin.loop.customers.pairs_listing import decorate as say_who_sees
from kexin.loop.customers.rules import merging as rules
from kexin.surfaces.frame import answers, formats, listing
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.views import found

MOST_FOUND = 10
FIELD_WORDS = {
    "kind": pgettext_lazy("customer", "Kind"),
    "name": gettext_lazy("Name or company"),
    "salutation": gettext_lazy("Salutation"),
    "tax_number": gettext_lazy("Unified social credit code"),
    "owner_id": gettext_lazy("Owner"),
    "branch_id": gettext_lazy("Branch"),
    "source": gettext_lazy("How we met"),
    "region": gettext_lazy("Region"),
    "address": gettext_lazy("Address"),
    "preferred_channel": gettext_lazy("Prefers"),
    "preferred_hours": gettext_lazy("Good hours"),
    "created_at": gettext_lazy("On file since"),
    "last_contact_at": gettext_lazy("Last contact"),
}
CHOICES: dict[str, dict[Any, Any]] = {
    "kind": dict(Kind.choices),
    "source": dict(Source.choices),
    "preferred_channel": dict(PointKind.choices),
}


def _customer_page(side: str) -> Any:
    return lambda row: reverse("customers:customer", args=[getattr(row, f"{side}_id")]) if row.seen[side] else ""


def _merge_page(row: Any) -> str:
    return f"{reverse('customers:merge', args=[row.smaller_id])}?with={row.larger_id}" if row.both_seen else ""


SHOWN = PAIRS.linked({"one": _customer_page("smaller"), "other": _customer_page("larger"), "compare": _merge_page}, row_url=_merge_page)


@page("customer.merge")
@require_GET
def duplicates(request: HttpRequest) -> HttpResponseBase:
    if not request.GET:
        return HttpResponseRedirect(f"{reverse('customers:duplicates')}?state=open")
    last = Job.objects.filter(kind="customers.duplicates").order_by("-pk").first()
    return listing.render(request, SHOWN, template="customers/duplicates.html", last=last)


@page("customer.merge")
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    job = actions.start_scan(by=found.by(request))
    url = reverse("jobs:job", args=[job.public_id]) if job.requested_by == found.person(request).pk else reverse("customers:duplicates")
    return answers.done(request, url, _("Looking for duplicates. You can leave; what is found stands on the list."))


@page("customer.merge", record="pair")
@require_GET
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Where a to-do about a pair leads: both files side by side; to somebody who sees only one of them, that one."""
    row: Any = get_object_or_404(pairs_visible_to(request.user), pk=pair_id)
    say_who_sees([row], found.person(request))
    if row.both_seen:
        return HttpResponseRedirect(_merge_page(row))
    seen = row.smaller_id if row.seen["smaller"] else row.larger_id
    said = _("The other file is not yours to see. Hand this on to somebody who sees both.")
    return answers.done(request, reverse("customers:customer", args=[seen]), said)


@page("customer.merge", record="pair")
@require_POST
def different(request: HttpRequest, pair_id: int) -> HttpResponse:
    actions.decide_different(pair_id=_pair(request, pair_id).pk, by=found.by(request))
    return answers.done(
        request, answers.back(request, reverse("customers:duplicates")), _("Noted: not the same. Nobody will be asked again.")
    )


@page("customer.merge", record="pair")
@require_POST
def reopen(request: HttpRequest, pair_id: int) -> HttpResponse:
    actions.reopen_pair(pair_id=_pair(request, pair_id).pk, by=found.by(request))
    return answers.done(request, answers.back(request, reverse("customers:duplicates")), _("The pair is on the list again."))


@page("customer.merge", record="customer")
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Choose another file; with one chosen (`with`), both side by side; posted, merged."""
    customer = found.customer(request, customer_id)
    number = key_number(request.GET.get("with"))
    if number is None:
        return _choose(request, customer)
    other = found.customer(request, number)
    if request.method == "POST":
        return _merged(request, customer, other)
    files = {customer.pk: customer, other.pk: other}
    values = {pk: {field: getattr(file, field) for field in (*rules.FIELDS, "id")} for pk, file in files.items()}
    survivor = customer if rules.better_survivor(values[customer.pk], values[other.pk]) else other
    gone = other if survivor == customer else customer
    offered = rules.offered(values[survivor.pk], values[gone.pk])
    sides = [_side(survivor, found.person(request)), _side(gone, found.person(request))]
    fields = [
        {
            "name": field,
            "label": FIELD_WORDS[field],
            "differs": field in offered,
            "values": [
                {
                    "file": file.pk,
                    "words": _words(field, getattr(file, field), file),
                    "masked": field if _is_masked(field, file) else "",
                    "chosen": (offered.get(field) == rules.THEIRS) == (file == gone),
                }
                for file in (survivor, gone)
            ],
        }
        for field in rules.FIELDS
        if any(values[file.pk][field] not in (None, "") for file in (survivor, gone))
    ]
    pair = DuplicatePair.objects.filter(smaller_id=min(files), larger_id=max(files)).first()
    context = {
        "customer": customer,
        "sides": sides,
        "fields": fields,
        "same": customer == other,
        "pair": pair,
        "reasons": reason_words(pair) if pair is not None else [],
    }
    return render(request, "customers/merge.html", context)


@page("customer.merge", record="merge")
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """What taking a merge back would do; posted, done."""
    merge = get_object_or_404(queries.merges_visible_to(request.user), pk=merge_id)
    if request.method == "POST":
        actions.unmerge_customers(merge_id=merge.pk, by=found.by(request), along=_along(request.POST.getlist("along")))
        return answers.done(
            request,
            reverse("customers:merge", args=[merge.survivor_id]) + f"?with={merge.merged_id}"
            if "again" in request.POST
            else reverse("customers:customer", args=[merge.survivor_id]),
            _("Taken back: %(one)s and %(other)s stand by themselves again.") % {"one": merge.survivor.name, "other": merge.merged.name},
        )
    outlook = queries.undo_outlook(merge)
    labels = {part.name: part.label for part in parts.registered()}
    context = {
        "merge": merge,
        "back": [(labels[name], count) for name, count in outlook.back.items()],
        "kept": [FIELD_WORDS[field] for field in outlook.kept],
        "restored": [
            (FIELD_WORDS[field], _plain_words(field, now, merge.survivor), _plain_words(field, then, merge.survivor))
            for field, (now, then) in outlook.restored.items()
        ],
        "new": [
            {"label": new.label, "rows": [(f"{new.part}:{new.table}:{row.pk}", _row_words(row)) for row in new.rows]} for new in outlook.new
        ],
    }
    return render(request, "customers/unmerge.html", context)


def elsewhere(request: HttpRequest, customer_id: int) -> HttpResponse | None:
    """Where a file went that was merged: to the survivor, if this person may see that."""
    survivor = queries.survivor_of(customer_id)
    if survivor is None or not queries.customers_visible_to(request.user, closed=True).filter(pk=survivor.pk).exists():
        return None
    return answers.done(request, reverse("customers:customer", args=[survivor.pk]), _("The file you asked for was merged into this one."))


def _choose(request: HttpRequest, customer: Customer) -> HttpResponse:
    text = request.GET.get("q", "")[:80]
    user = found.person(request)
    pairs = list(pairs_visible_to(user).filter(smaller=customer)[:MOST_FOUND]) + list(
        pairs_visible_to(user).filter(larger=customer)[:MOST_FOUND]
    )
    say_who_sees(pairs, user)
    twins = [
        {"file": pair.larger if pair.smaller_id == customer.pk else pair.smaller, "pair": pair, "reasons": reason_words(pair)}
        for pair in sorted(pairs, key=lambda pair: -pair.score)
        if pair.both_seen  # type: ignore[attr-defined]  # set by say_who_sees
    ]
    merges = queries.merges_of(customer)
    context = {"customer": customer, "q": text, "twins": twins, "hits": hits(user, customer, text), "merges": merges}
    return render(request, "customers/merge_with.html", context)


def hits(user: User, customer: Customer, text: str) -> list[Customer]:
    """Other files this person may see, by what was typed."""
    files = queries.customers_visible_to(user).exclude(pk=customer.pk).select_related("branch", "owner")
    return list(search.matching(files, "customer", text)[:MOST_FOUND]) if text.strip() else []


def _merged(request: HttpRequest, customer: Customer, other: Customer) -> HttpResponse:
    survivor = other if request.POST.get("survivor") == str(other.pk) else customer
    gone = customer if survivor == other else other
    theirs = [field for field in rules.FIELDS if request.POST.get(f"field_{field}") == str(gone.pk)]
    versions = {file.pk: key_number(request.POST.get(f"version_{file.pk}")) for file in (customer, other)}
    actions.merge_customers(
        survivor_id=survivor.pk,
        merged_id=gone.pk,
        theirs=theirs,
        versions={pk: version for pk, version in versions.items() if version is not None},
        by=found.by(request),
    )
    return answers.done(
        request,
        reverse("customers:merge", args=[survivor.pk]),
        _("%(gone)s is part of %(survivor)s now. Its old code and address lead here.") % {"gone": gone.name, "survivor": survivor.name},
    )


def _pair(request: HttpRequest, pair_id: int) -> DuplicatePair:
    pair = get_object_or_404(pairs_visible_to(request.user), pk=pair_id)
    say_who_sees([pair], found.person(request))
    if not pair.both_seen:  # type: ignore[attr-defined]  # set by say_who_sees
        raise Http404
    return pair


def _side(file: Customer, user: User) -> dict[str, Any]:
    points = list(file.points.order_by("contact_id", "-is_primary", "pk")[:8])
    return {
        "file": file,
        "points": points,
        "contacts": list(file.contacts.order_by("-is_primary", "pk")[:8]),
        "assets": list(file.assets.order_by("pk")[:8]),
        "counts": [(words, count) for _kind, words, count in queries.timeline_counts(file, user)],
    }


def _words(field: str, value: Any, file: Customer) -> str:
    if field == "owner_id":
        return str(file.owner or "")
    if field == "branch_id":
        return str(file.branch or "")
    return str(CHOICES[field].get(value, "")) if field in CHOICES else str(value or "")


def _is_masked(field: str, file: Customer) -> bool:
    """Where somebody lives, and their number: as on their own page, shown on purpose only."""
    return field in REVEALED and file.kind == Kind.PERSON


def _plain_words(field: str, value: Any, file: Customer) -> str:
    if value in (None, ""):
        return formats.NOTHING
    if _is_masked(field, file):
        return mask_address(value) if field == "address" else mask_id(value)
    if field == "owner_id":
        return str(User.objects.filter(pk=value).first() or formats.NOTHING)
    if field == "branch_id":
        return str(Branch.objects.filter(pk=value).first() or formats.NOTHING)
    if field in {"created_at", "last_contact_at"}:
        return str(value)[:10]
    return str(CHOICES[field].get(value, value)) if field in CHOICES else str(value)


def _row_words(row: Any) -> str:
    if isinstance(row, Interaction):
        return f"{row.get_kind_display()} · {formats.date(row.occurred_at.date(), year=True)} · {row.text[:80]}"
    if isinstance(row, FileEntry):
        return f"{row.get_topic_display()} · {row.value[:80]}"
    return str(row)


def _along(chosen: list[str]) -> dict[str, dict[str, list[int]]]:
    """What was ticked, "part:table:number"; anything else is left out."""
    along: dict[str, dict[str, list[int]]] = {}
    for value in chosen:
        part, _colon, rest = value.partition(":")
        table, _colon, number = rest.partition(":")
        if parts.table(part, table) is not None and (pk := key_number(number)) is not None:
            along.setdefault(part, {}).setdefault(table, []).append(pk)
    return along
