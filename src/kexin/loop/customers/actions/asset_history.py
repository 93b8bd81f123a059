"""What becomes of an asset: sold, scrapped, used again, in other hands. Each leaves its line; nothing is overwritten."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, learnt
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.choices import AssetAct, AssetState
from kexin.loop.customers.models import Asset, AssetEvent, Customer
from kexin.loop.customers.queries.days import today_of


@transaction.atomic
def end_asset(*, asset_id: int, state: str, by: Actor, occurred_on: date | None = None, note: str = "") -> Asset:
    """The asset was sold or scrapped, or is in use again."""
    asset, customer = _locked(asset_id)
    day = _day(asset, customer, occurred_on)
    state = AssetState(state)
    if asset.state == state:
        raise errors.AssetIsSo
    old, asset.state = asset.state, state
    asset.ended_on = None if state == AssetState.IN_USE else day
    _log(asset, customer, AssetAct(state.value), day, by, old=old, new=str(state.value), note=note)
    _kept(asset, by, {"state": [old, str(state.value)]})
    learnt.tell(customer, "change_asset", {"asset": [None, f"{asset} {state.value}"]}, by)
    return asset


@transaction.atomic
def transfer_asset(*, asset_id: int, to_customer_id: int, by: Actor, occurred_on: date | None = None, note: str = "") -> Asset:
    """The asset belongs to another customer now. Both files tell it."""
    asset, customer = _locked(asset_id)
    if to_customer_id == customer.pk:
        raise errors.AssetStaysHere
    other = checking.open_file(to_customer_id)
    day = _day(asset, customer, occurred_on)
    for file in (customer, other):
        _log(asset, file, AssetAct.OWNER, day, by, old=customer.code, new=other.code, note=note)
    asset.customer, asset.acquired_on, asset.state, asset.ended_on = other, day, AssetState.IN_USE, None
    _kept(asset, by, {"customer": [customer.code, other.code]})
    for file in (customer, other):
        learnt.tell(file, "transfer_asset", {"asset": [customer.code, other.code]}, by)
    index_customers([customer.pk, other.pk])
    return asset


def note_change(asset: Asset, before: dict[str, str], by: Actor) -> None:
    """Lines for what a correction changed: a new plate by itself, name and VIN as details. Inside the caller's transaction."""
    today = today_of(asset.customer)
    if before["plate"] != asset.plate and (before["plate"] or asset.plate):
        _log(asset, asset.customer, AssetAct.PLATE, today, by, old=before["plate"], new=asset.plate)
    old, new = (" ".join(filter(None, (values["name"], values["vin"]))) for values in (before, vars(asset)))
    if old != new:
        _log(asset, asset.customer, AssetAct.DETAIL, today, by, old=old, new=new)


def _locked(asset_id: int) -> tuple[Asset, Customer]:
    asset = Asset.objects.filter(pk=asset_id).first()
    if asset is None:
        raise errors.CustomerNotFound
    customer = checking.open_file(asset.customer_id)
    asset.refresh_from_db()
    return asset, customer


def _day(asset: Asset, customer: Customer, occurred_on: date | None) -> date:
    day = occurred_on or today_of(customer)
    if day > today_of(customer):
        raise errors.DayInFuture(beside="occurred_on")
    if asset.acquired_on is not None and day < asset.acquired_on:
        raise errors.EndBeforeStart(beside="occurred_on")
    return day


def _log(asset: Asset, customer: Customer, act: AssetAct, day: date, by: Actor, *, old: str, new: str, note: str = "") -> None:
    AssetEvent.objects.create(
        asset=asset, customer=customer, act=act, occurred_on=day, old=old[:120], new=new[:120], note=note[:200], by_id=by.id
    )


def _kept(asset: Asset, by: Actor, changes: dict[str, list[str]]) -> None:
    asset.version += 1
    audit.record(
        action="asset.change", kind="asset", record_id=asset.pk, label=str(asset), by=by,
        changes={**changes, "version": [asset.version - 1, asset.version]},
    )  # fmt: skip
    asset.save()
