"""Who belongs to whom: parent company, referrer, household, partner."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.kit import text as plain_text
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.choices import RelationKind, Source
from kexin.loop.customers.models import Relation
from kexin.loop.customers.queries import Related
from kexin.surfaces.api.contract import errors as refusals
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, nothing
from kexin.surfaces.api.contract.entries import Body, Key, MaybeDay, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, one, several
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, TEXT, YES, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import file_of, seen

room = Room("relations")


def _other(related: Related) -> dict[str, Any]:
    """A file that is not the caller's to see shows the first letter of its name, as on pages."""
    if not related.is_visible:
        return {"id": None, "name": plain_text.mask_name(related.other.name)}
    return {"id": related.other.pk, "name": related.other.name}


OTHER = {
    "type": "object",
    "required": ["id", "name"],
    "additionalProperties": False,
    "properties": {"id": maybe(INTEGER), "name": TEXT},
}
RELATION = described(
    Shape(
        "Relation",
        (
            Field("id", INTEGER, lambda one: one.relation.pk, 18),
            Field("kind", one_of(RelationKind), lambda one: one.relation.kind, "parent"),
            Field("word", TEXT, lambda one: str(one.word), "母公司", "What the other one is to this customer."),
            Field("other", OTHER, _other, {"id": 44, "name": "江南控股"}, "`id` null: not yours to see."),
            Field("is_written_here", YES, lambda one: one.relation.other_id == one.other.pk, True, "false: it stands on the other's file."),
            Field("since", maybe(DAY), lambda one: one.relation.since, "2019-06-01"),
            Field("ended_on", maybe(DAY), lambda one: one.relation.ended_on, None, "null: it stands."),
            Field("note", TEXT, lambda one: one.relation.note, ""),
            Field("source", one_of(Source), lambda one: one.relation.source, "dealings"),
            Field("collected_on", DAY, lambda one: one.relation.collected_on, "2026-10-12"),
        ),
        about="How a customer belongs to another one, seen from one of the two.",
    )
)


class NewRelation(Body):
    """`other_id` is the parent company, referrer, household member or partner of the customer in the address."""

    kind: Annotated[str, OneOf(RelationKind)]
    other_id: Key
    since: MaybeDay = None
    note: Annotated[str, StringConstraints(max_length=120)] = ""
    source: Annotated[str, OneOf(Source)] = Source.DEALINGS.value
    collected_on: MaybeDay = None

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "partner", "other_id": 44, "since": "2019-06-01"}})


class Ended(Body):
    """On which day; today where nobody says."""

    ended_on: MaybeDay = None

    model_config = ConfigDict(json_schema_extra={"example": {"ended_on": "2026-11-01"}})


def relation_of(caller: Caller, relation_id: int) -> Relation:
    found = queries.relations_visible_to(caller.user).filter(pk=relation_id).first()
    if found is None:
        raise errors.CustomerNotFound
    return found


@room.get("/customers/{int:customer_id}/relations", "customer.view", record="customer", gives=several(RELATION))
def relations(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Relations of a customer, those that stand before those that ended; at most 60."""
    caller = caller_of(request)
    found = queries.relations_of(file_of(caller, customer_id), caller.user)
    return answer({"items": [RELATION.of(related) for related in (*found.standing, *found.ended)]})


@room.post("/customers/{int:customer_id}/relations", "customer.edit", record="customer", gives=made(RELATION, etag=False))
def add(request: HttpRequest, customer_id: int, payload: NewRelation) -> HttpResponse:
    """Add a relation. Both customers must be yours to see; it stands on both files."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    if not seen(caller).filter(pk=payload.other_id).exists():
        raise refusals.NoCustomerToChoose
    added = actions.add_relation(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(RELATION.of(_seen_from(added, customer_id, caller)), 201, location=f"/api/v1/customers/{customer_id}/relations")


@room.post("/relations/{int:relation_id}/end", "customer.edit", record="relation", gives=one(RELATION, etag=False))
def end(request: HttpRequest, relation_id: int, payload: Ended) -> HttpResponse:
    """A relation is no more. The files keep that it was."""
    caller = caller_of(request)
    relation_of(caller, relation_id)
    ended = actions.end_relation(relation_id=relation_id, ended_on=payload.ended_on, by=caller.actor)
    return answer(RELATION.of(_seen_from(ended, ended.customer_id, caller)))


@room.delete("/relations/{int:relation_id}", "customer.edit", record="relation", versioned=False)
def remove(request: HttpRequest, relation_id: int) -> HttpResponse:
    """Take off a relation that never was."""
    caller = caller_of(request)
    relation_of(caller, relation_id)
    actions.remove_relation(relation_id=relation_id, by=caller.actor)
    return nothing()


def _seen_from(relation: Relation, customer_id: int, caller: Caller) -> Related:
    both = seen(caller).filter(pk__in=[relation.customer_id, relation.other_id])
    return queries.related(relation, customer_id, seen=set(both.values_list("pk", flat=True)))
