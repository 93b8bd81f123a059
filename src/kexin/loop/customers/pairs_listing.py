"""The list of pairs that may be one customer. A file that is not the reader's to see is masked; who sees neither sees no pair."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.lists.listing import BulkAction, Column, DefaultView, Done, Filter, Listing, register
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Branch, User
from kexin.kit import text as plain_text
from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import PairState, Reason
from kexin.loop.customers.edits import branch_choices
from kexin.loop.customers.models import Customer, DuplicatePair

SIDES = ("smaller", "larger")
REASONS = dict(Reason.choices)


def pairs_visible_to(user: Any) -> QuerySet[DuplicatePair]:
    """Pairs of open files of which the person may see one at least."""
    pairs = DuplicatePair.objects.exclude(state=PairState.MERGED)
    for side in SIDES:
        pairs = pairs.filter(**{f"{side}__is_active": True, f"{side}__merged_into": None})
    seen = [staff.visible(pairs, user, owner=f"{side}__owner", branch=f"{side}__branch") for side in SIDES]
    return (seen[0] | seen[1]).select_related("proposed_by", *SIDES, *(f"{side}__branch" for side in SIDES))


def decorate(rows: list[Any], user: User) -> None:
    """Which of the files the reader may see: one statement."""
    ids = {pk for row in rows for pk in (row.smaller_id, row.larger_id)}
    seen = set(queries.customers_visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    for row in rows:
        row.seen = {side: getattr(row, f"{side}_id") in seen for side in SIDES}
        row.both_seen = all(row.seen.values())
        row.shown_as = " · ".join(_name(side)(row) for side in SIDES)


def _name(side: str) -> Any:
    def value(row: Any) -> str:
        file: Customer = getattr(row, side)
        return f"{file.name} {file.code}" if row.seen[side] else plain_text.mask_name(file.name)

    return value


def _branch(side: str) -> Any:
    return lambda row: str(getattr(row, side).branch or "")


def _proposal(row: Any) -> str:
    """Why somebody thinks so, for who sees both files: the words may name either."""
    return str(row.proposal) if row.both_seen else ""


def reason_words(row: DuplicatePair) -> list[str]:
    return [str(REASONS.get(reason, reason)) for reason in row.reasons.split(",") if reason]


def _in_branches(pairs: QuerySet[Any], value: list[str], user: User) -> QuerySet[Any]:  # noqa: ARG001 -- every filter is called alike
    chosen = Branch.objects.filter(pk__in=[pk for pk in value if pk.isascii() and pk.isdigit() and len(pk) < 19])  # noqa: PLR2004 -- what a key holds
    below = Q(pk__in=[])
    for path in chosen.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    ids = list(Branch.objects.filter(below).values_list("pk", flat=True))
    return pairs.filter(Q(smaller__branch__in=ids) | Q(larger__branch__in=ids))


def _because(pairs: QuerySet[Any], value: list[str], user: User) -> QuerySet[Any]:  # noqa: ARG001 -- the same
    wanted = Q(pk__in=[])
    for reason in value:
        if reason in REASONS:
            wanted |= Q(reasons=reason) | Q(reasons__startswith=f"{reason},") | Q(reasons__endswith=f",{reason}")
            wanted |= Q(reasons__contains=f",{reason},")
    return pairs.filter(wanted)


def _proposed(pairs: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- the same; a flag
    return pairs.filter(proposed_at__isnull=False)


def _different(ids: list[int], value: str, actor: Actor, user: User) -> Done:  # noqa: ARG001 -- every bulk action is called alike
    pairs = list(pairs_visible_to(user).filter(pk__in=ids))
    decorate(pairs, user)
    mine = [pair.pk for pair in pairs if pair.both_seen]  # type: ignore[attr-defined]  # set by decorate
    for pk in mine:
        actions.decide_different(pair_id=pk, by=actor)
    gone = len(set(ids)) - len(mine)
    return Done(len(mine), {_("not yours to decide"): gone} if gone else {})


PAIRS = register(
    Listing(
        name="duplicates",
        title=gettext_lazy("Possible duplicates"),
        records=pairs_visible_to,
        columns=(
            Column("score", gettext_lazy("Alike"), lambda row: row.score / 100, format="percent", order="score", fixed=True),
            Column("one", gettext_lazy("One file"), _name("smaller"), format="link", fixed=True),
            Column("other", gettext_lazy("The other"), _name("larger"), format="link", fixed=True),
            Column("compare", gettext_lazy("Side by side"), lambda row: _("Compare") if row.both_seen else "", format="link", fixed=True),
            Column("reasons", gettext_lazy("Why"), reason_words, format="chips"),
            Column("branch", gettext_lazy("Branch of the one"), _branch("smaller")),
            Column("other_branch", gettext_lazy("Branch of the other"), _branch("larger")),
            Column("state", gettext_lazy("Decision"), lambda row: str(row.get_state_display()), default=False),
            Column("proposed", gettext_lazy("Brought up by"), lambda row: str(row.proposed_by or ""), note=_proposal),
            Column("found", gettext_lazy("Found"), lambda row: row.found_at, format="datetime", order="found_at"),
        ),
        filters=(
            Filter(
                "state", gettext_lazy("Decision"), "choice", path="state", choices=[one for one in PairState.choices if one[0] != "merged"]
            ),
            Filter("proposed", gettext_lazy("Brought up by a colleague"), "flag", apply=_proposed),
            Filter("score", gettext_lazy("Alike, percent"), "number", path="score"),
            Filter("reason", gettext_lazy("Why"), "choice", choices=list(REASONS.items()), apply=_because),
            Filter("branch", gettext_lazy("Branch and below"), "choice", choices=branch_choices, apply=_in_branches),
        ),
        default_order="-score",
        views=(
            DefaultView(pgettext_lazy("pairs", "To be looked at"), "state=open"),
            DefaultView(gettext_lazy("Not the same"), "state=different"),
        ),
        bulk=(BulkAction("different", gettext_lazy("Not the same"), _different, icon="users", permission="customer.merge"),),
        permission="customer.merge",
        export_permission="customer.merge",
        decorate=decorate,
        unit=gettext_lazy("pairs"),
        one=pgettext_lazy("one of a list", "pair"),
    )
)
