"""Files that may be one customer: pairs looked at, dismissed, merged, and merges taken back."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict
from pydantic import Field as Entry

from kexin.kit import text as plain_text
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.choices import PairState, Reason
from kexin.loop.customers.models import DuplicatePair, Merge
from kexin.loop.customers.pairs_listing import PAIRS, decorate, pairs_visible_to
from kexin.loop.customers.rules import merging as rules
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract import errors as refusals
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, Key, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, YES, Field, Schema, Shape, many, maybe, one_of
from kexin.surfaces.api.customers import file_of, seen
from kexin.surfaces.api.people import NAMED, named

room = Room("duplicates")

FILE: Schema = {
    "type": "object",
    "required": ["id", "name", "code"],
    "additionalProperties": False,
    "properties": {"id": maybe(INTEGER), "name": TEXT, "code": maybe(TEXT)},
}


def _file(side: str) -> Any:
    def value(row: Any) -> dict[str, Any]:
        file = getattr(row, side)
        if not row.seen[side]:
            return {"id": None, "name": plain_text.mask_name(file.name), "code": None}
        return {"id": file.pk, "name": file.name, "code": file.code}

    return value


class Fields:
    """What a merge chooses between, as bodies name it."""

    values = tuple(name.removesuffix("_id") for name in rules.FIELDS)


PAIR = described(
    Shape(
        "Pair",
        (
            Field("id", INTEGER, lambda row: row.pk, 55),
            Field("one", FILE, _file("smaller"), {"id": 12, "name": "江南机电有限公司", "code": "K-000012"}, "id null: not yours."),
            Field("other", FILE, _file("larger"), {"id": 97, "name": "江南机电", "code": "K-000097"}),
            Field("score", INTEGER, lambda row: row.score, 91, "Percent; a rule of thumb, no probability."),
            Field("reasons", many(one_of(Reason)), lambda row: [one for one in row.reasons.split(",") if one], ["phone", "alike_name"]),
            Field("state", one_of(PairState), lambda row: row.state, "open"),
            Field("found_at", MOMENT, lambda row: moment(row.found_at), "2026-11-20T02:00:00.000Z"),
            Field("decided_at", maybe(MOMENT), lambda row: moment(row.decided_at), None),
        ),
        about="Two files that may be one customer, and why.",
    )
)
MERGE = described(
    Shape(
        "Merge",
        (
            Field("id", INTEGER, lambda row: row.pk, 8),
            Field("survivor", NAMED, lambda row: named(row.survivor), {"id": 12, "name": "江南机电有限公司"}),
            Field(
                "merged",
                NAMED,
                lambda row: named(row.merged),
                {"id": 97, "name": "江南机电"},
                "Its code leads to the survivor.",
            ),
            Field("merged_code", TEXT, lambda row: row.merged.code, "K-000097"),
            Field("merged_at", MOMENT, lambda row: moment(row.merged_at), "2026-11-20T02:15:00.000Z"),
            Field("merged_by", NAMED, lambda row: named(row.merged_by), {"id": 2, "name": "王主管"}),
            Field("is_undone", YES, lambda row: row.undone_at is not None, False),
            Field("undone_at", maybe(MOMENT), lambda row: moment(row.undone_at), None),
            Field("undone_by", NAMED, lambda row: named(row.undone_by), None),
        ),
        about="One file went up in another. It can be taken back, also after later edits.",
    )
)


class Merging(Body):
    """The file that goes up in the one of the address. `theirs`: fields whose value is taken from it."""

    merged_id: Key
    merged_version: Annotated[int | None, Entry(ge=1, le=10**9)] = None
    theirs: Annotated[list[Annotated[str, OneOf(Fields)]], Entry(max_length=len(Fields.values))] = []

    model_config = ConfigDict(json_schema_extra={"example": {"merged_id": 97, "merged_version": 2, "theirs": ["address"]}})


def pair_of(caller: Caller, pair_id: int, *, both: bool) -> DuplicatePair:
    """`both`: only where the caller may see both files; only then it is theirs to decide."""
    found = pairs_visible_to(caller.user).filter(pk=pair_id).first()
    if found is None:
        raise errors.PairNotFound
    decorate([found], caller.user)
    if both and not found.both_seen:  # type: ignore[attr-defined]  # set by decorate
        raise errors.PairNotFound
    return found


def merge_of(caller: Caller, merge_id: int) -> Merge:
    found = queries.merges_visible_to(caller.user).filter(pk=merge_id).first()
    if found is None:
        raise errors.MergeNotFound
    return found


@room.get("/duplicates", "customer.merge", gives=page(PAIR), listing=PAIRS, shape=PAIR)
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs of files that may be one customer, the most alike first. A file that is not yours to see is masked."""
    return answer(asking.page(request, PAIRS, PAIR, caller_of(request), needs={}))


@room.get("/duplicates/{int:pair_id}", "customer.merge", record="pair", gives=one(PAIR, etag=False))
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """One pair."""
    return answer(PAIR.of(pair_of(caller_of(request), pair_id, both=False)))


@room.post("/duplicates/{int:pair_id}/dismiss", "customer.merge", record="pair", gives=one(PAIR, etag=False))
def dismiss(request: HttpRequest, pair_id: int) -> HttpResponse:
    """These two are not the same. Nobody is asked again."""
    caller = caller_of(request)
    pair_of(caller, pair_id, both=True)
    actions.decide_different(pair_id=pair_id, by=caller.actor)
    return answer(PAIR.of(pair_of(caller, pair_id, both=True)))


@room.post("/duplicates/{int:pair_id}/reopen", "customer.merge", record="pair", gives=one(PAIR, etag=False))
def reopen(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Take back that two files are not the same."""
    caller = caller_of(request)
    pair_of(caller, pair_id, both=True)
    actions.reopen_pair(pair_id=pair_id, by=caller.actor)
    return answer(PAIR.of(pair_of(caller, pair_id, both=True)))


@room.post("/customers/{int:customer_id}/merge", "customer.merge", record="customer", gives=made(MERGE, etag=False), versioned=True)
def merge(request: HttpRequest, customer_id: int, payload: Merging, version: int) -> HttpResponse:
    """Let another file go up in this one, with everything on it. Both must be yours to see; If-Match is this file's."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    if not seen(caller).filter(pk=payload.merged_id).exists():
        raise refusals.NoCustomerToChoose(beside="merged_id")
    versions = {customer_id: version, **({payload.merged_id: payload.merged_version} if payload.merged_version is not None else {})}
    kept_as = dict(zip(Fields.values, rules.FIELDS, strict=True))
    done = actions.merge_customers(
        survivor_id=customer_id,
        merged_id=payload.merged_id,
        theirs=[kept_as[name] for name in payload.theirs],
        versions=versions,
        by=caller.actor,
    )
    return answer(MERGE.of(merge_of(caller, done.pk)), 201, location=f"/api/v1/merges/{done.pk}")


@room.get("/customers/{int:customer_id}/merges", "customer.merge", record="customer", gives=page(MERGE), parameters=asking.PAGED)
def merges(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Merges this file came out of, taken back or not, the last first."""
    caller = caller_of(request)
    rows = queries.merges_visible_to(caller.user).filter(survivor=file_of(caller, customer_id))
    return answer(asking.keyed(request, rows.order_by("-pk"), MERGE))


@room.get("/merges/{int:merge_id}", "customer.merge", record="merge", gives=one(MERGE, etag=False))
def show(request: HttpRequest, merge_id: int) -> HttpResponse:
    """One merge."""
    return answer(MERGE.of(merge_of(caller_of(request), merge_id)))


@room.post("/merges/{int:merge_id}/undo", "customer.merge", record="merge", gives=one(MERGE, etag=False))
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take a merge back: both files stand as they did.

    What was written since stays with the survivor; on the page one can give rows of it along.
    """
    caller = caller_of(request)
    merge_of(caller, merge_id)
    actions.unmerge_customers(merge_id=merge_id, by=caller.actor)
    return answer(MERGE.of(merge_of(caller, merge_id)))
