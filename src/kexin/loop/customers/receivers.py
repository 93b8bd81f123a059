"""Files that are new, changed or merged are compared again, so that the list of pairs never waits for the night."""

from __future__ import annotations

from kexin.ground.audit.actor import Actor
from kexin.ground.imports.announcements import ImportFinished
from kexin.ground.jobs.announcements import hears
from kexin.loop.customers import actions
from kexin.loop.customers.announcements import CustomerChanged, CustomerCreated, CustomerReactivated, CustomersMerged, CustomersUnmerged


@hears(CustomerCreated)
def compare_new(event: CustomerCreated) -> None:
    actions.compare_customers(ids=[event.customer_id])


@hears(CustomerChanged)
def compare_changed(event: CustomerChanged) -> None:
    actions.compare_customers(ids=[event.customer_id])


@hears(CustomerReactivated)
def compare_reactivated(event: CustomerReactivated) -> None:
    actions.compare_customers(ids=[event.customer_id])


@hears(CustomersMerged)
def compare_merged(event: CustomersMerged) -> None:
    actions.compare_customers(ids=[event.survivor_id])


@hears(CustomersUnmerged)
def compare_unmerged(event: CustomersUnmerged) -> None:
    actions.compare_customers(ids=[event.survivor_id, event.merged_id])


@hears(ImportFinished)
def compare_imported(event: ImportFinished) -> None:
    """What a file brought, in a job of its own."""
    if event.kind in {"customers", "contacts"} and event.added + event.changed:
        actions.start_scan(by=Actor.system("job"), everything=False)
