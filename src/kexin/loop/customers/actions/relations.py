"""Who belongs to whom: add a relation, say that it ended, take off one that never was."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, learnt
from kexin.loop.customers.choices import RelationKind, Source
from kexin.loop.customers.models import Customer, Relation
from kexin.loop.customers.queries.days import today_of
from kexin.loop.customers.rules import relations


@transaction.atomic
def add_relation(
    *,
    customer_id: int,
    kind: str,
    other_id: int,
    by: Actor,
    since: date | None = None,
    note: str = "",
    source: str = Source.DEALINGS,
    collected_on: date | None = None,
) -> Relation:
    """`other` is the parent company, referrer, household member or partner of the customer."""
    # Both files in the order of their numbers: two people relating the same two wait for each other instead of for ever.
    files = {pk: checking.open_file(pk) for pk in sorted({customer_id, other_id})}
    customer, other = files[customer_id], files[other_id]
    kind = RelationKind(kind)
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Relation, {"since": since, "note": note, "collected_on": collected_on}, causes)
    learnt.date_it(customer, values, causes)
    if since is not None and since > today_of(customer):
        causes["since"] = errors.DayInFuture(beside="since")
    refusal = fits(kind, customer.pk, other.pk)
    if refusal is not None:
        causes["other"] = refusal
    checking.refuse(causes)

    relation = Relation.objects.create(customer=customer, other=other, kind=kind, source=Source(source), collected_by_id=by.id, **values)
    for file, counterpart in ((customer, other), (other, customer)):
        learnt.tell(file, "add_relation", {f"relation.{kind}": [None, counterpart.code]}, by)
    return relation


@transaction.atomic
def end_relation(*, relation_id: int, by: Actor, ended_on: date | None = None) -> Relation:
    """The relation is no more; the file keeps that it was."""
    relation = _locked(relation_id)
    day = ended_on or today_of(relation.customer)
    if day > today_of(relation.customer):
        raise errors.DayInFuture(beside="ended_on")
    if relation.since is not None and day < relation.since:
        raise errors.EndBeforeStart(beside="ended_on")
    relation.ended_on = day
    relation.save(update_fields=["ended_on"])
    _tell_both(relation, "end_relation", by)
    return relation


@transaction.atomic
def remove_relation(*, relation_id: int, by: Actor) -> None:
    """Take off a relation that was written by mistake."""
    relation = _locked(relation_id)
    _tell_both(relation, "remove_relation", by)
    relation.delete()


def fits(kind: str, customer_id: int, other_id: int) -> KexinError | None:
    """What speaks against this relation, as it stands now; None: nothing."""
    standing = Relation.objects.filter(kind=kind, ended_on=None)
    if customer_id == other_id:
        return errors.RelationToItself()
    same = Q(customer=customer_id, other=other_id)
    if kind in relations.BOTH_WAYS:
        same |= Q(customer=other_id, other=customer_id)
    if standing.filter(same).exists():
        return errors.RelationThere()
    above = standing.filter(customer=customer_id).select_related("other").first() if kind in relations.ONE_ABOVE else None
    if above is not None:
        return errors.RelationAboveThere(name=above.other.name)
    if kind in relations.ONE_ABOVE and relations.closes_circle(customer_id, other_id, lambda pk: _above(kind, pk)):
        return errors.RelationCircle()
    return None


def _above(kind: str, customer_id: int) -> int | None:
    return Relation.objects.filter(kind=kind, customer=customer_id, ended_on=None).values_list("other_id", flat=True).first()


def _locked(relation_id: int) -> Relation:
    relation = Relation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise errors.CustomerNotFound
    for pk in sorted((relation.customer_id, relation.other_id)):
        checking.locked(pk)
    relation.refresh_from_db()
    return relation


def _tell_both(relation: Relation, act: str, by: Actor) -> None:
    files: dict[int, Customer] = Customer.objects.in_bulk([relation.customer_id, relation.other_id])
    for mine, theirs in ((relation.customer_id, relation.other_id), (relation.other_id, relation.customer_id)):
        learnt.tell(files[mine], act, {f"relation.{relation.kind}": [files[theirs].code, None]}, by)
