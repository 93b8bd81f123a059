"""What the pool tells the domains above. `customers.handed_over` is announced for each change of owner besides."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("customers.released")
@dataclass(frozen=True)
class CustomerReleased:
    """A customer went to the pool of its branch."""

    customer_id: int
    old_owner_id: int | None
    cause: str


@announcement("customers.claimed")
@dataclass(frozen=True)
class CustomerClaimed:
    """Somebody took a customer out of the pool."""

    customer_id: int
    owner_id: int


@announcement("customers.assigned")
@dataclass(frozen=True)
class CustomerAssigned:
    """The manager gave a customer of the pool to somebody."""

    customer_id: int
    owner_id: int
