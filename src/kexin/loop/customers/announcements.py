"""What the customer file tells the domains above. Payloads are ids and plain values; each fetches what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("customers.created")
@dataclass(frozen=True)
class CustomerCreated:
    customer_id: int


@announcement("customers.changed")
@dataclass(frozen=True)
class CustomerChanged:
    """The file itself, its contacts, points, assets or occasions changed. `fields` names what."""

    customer_id: int
    fields: list[str]


@announcement("customers.handed_over")
@dataclass(frozen=True)
class CustomerHandedOver:
    customer_id: int
    old_owner_id: int | None
    new_owner_id: int | None
    hand_over_id: int | None = None
    together: bool = False  # one of several: `customers.handed_over_together` says so once


@announcement("customers.handed_over_together")
@dataclass(frozen=True)
class CustomersHandedOver:
    """Several customers, or all of a colleague, got another owner in one act. `old_owner_id`: where all were one person's."""

    act: str
    customers: int
    old_owner_id: int | None
    new_owner_id: int | None
    note: str = ""


@announcement("customers.deactivated")
@dataclass(frozen=True)
class CustomerDeactivated:
    customer_id: int


@announcement("customers.reactivated")
@dataclass(frozen=True)
class CustomerReactivated:
    customer_id: int


@announcement("customers.interaction_noted")
@dataclass(frozen=True)
class InteractionNoted:
    customer_id: int
    interaction_id: int
    kind: str


@announcement("customers.entry_added")
@dataclass(frozen=True)
class EntryAdded:
    customer_id: int
    entry_id: int
    topic: str


@announcement("customers.project_moved")
@dataclass(frozen=True)
class ProjectMoved:
    """A project reached another stage; `outcome` is open, won, lost or stopped."""

    project_id: int
    customer_id: int
    old_stage_id: int
    new_stage_id: int
    outcome: str


@announcement("customers.placed")
@dataclass(frozen=True)
class CustomersPlaced:
    """A batch of places was written down. One row a batch, whatever its size."""

    rows: int
    run_id: int | None


@announcement("customers.merged")
@dataclass(frozen=True)
class CustomersMerged:
    """One file went up in another: its rows carry the survivor's number now."""

    merge_id: int
    survivor_id: int
    merged_id: int


@announcement("customers.unmerged")
@dataclass(frozen=True)
class CustomersUnmerged:
    """A merge was taken back: both files stand by themselves again."""

    merge_id: int
    survivor_id: int
    merged_id: int


@announcement("customers.merge_proposed")
@dataclass(frozen=True)
class MergeProposed:
    """Somebody who may not merge says that two files are one customer."""

    pair_id: int
    customer_id: int
    other_id: int


@announcement("customers.pair_decided")
@dataclass(frozen=True)
class PairDecided:
    """A pair was merged, or found to be two customers; `state` is merged or different."""

    pair_id: int
    state: str
