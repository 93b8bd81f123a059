"""A restored backup knows nothing of erasures after it: they are done again, from the list that stands outside every backup."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection

from kexin.ground.audit.actor import Actor
from kexin.loop.customers.models import Contact, Customer
from kexin.loop.privacy.actions.erasing import append_to_list, erase_contact, erase_person, listed
from kexin.loop.privacy.models import Erasure

MARK = "erasures-due"  # left by a restore; while it is there, nothing else may run


def replay(*, by: Actor, more: Iterable[str] = ()) -> list[Erasure]:
    """Erase again whom the list names and the database has. Also complete the list with what only the database knows."""
    lines = {line["number"]: line for line in (*listed(), *listed(more))}
    known = set(Erasure.objects.values_list("number", flat=True))
    _give_no_number_again(max((int(line["contact"]) for line in lines.values() if line.get("contact")), default=0))
    done = []
    for line in lines.values():
        customer = Customer.objects.filter(public_id=line["public_id"]).first()
        if customer is None or line["number"] in known:
            continue
        if line.get("contact"):
            # By number, which is given once. The contact may have gone along to the file this one was merged into.
            there = Contact.objects.select_related("customer").filter(pk=line["contact"]).first()
            if there is not None and _standing_for(customer) == _standing_for(there.customer):
                done.append(
                    erase_contact(
                        contact_id=there.pk,
                        confirmation=_standing_for(customer).code,
                        ground=line["ground"],
                        checked=line["checked"],
                        by=by,
                        again=line,
                    )
                )
            continue
        if customer.erased_at is None:
            done.append(
                erase_person(
                    customer_id=_standing_for(customer).pk,
                    confirmation=_standing_for(customer).code,
                    ground=line["ground"],
                    checked=line["checked"],
                    by=by,
                    again=line,
                )
            )
    on_paper = {line["number"] for line in listed()}
    for erasure in Erasure.objects.exclude(number__in=on_paper).order_by("pk"):
        append_to_list(erasure)
    mark().unlink(missing_ok=True)
    return done


def _give_no_number_again(highest: int) -> None:
    """A restored database counts contacts from where it stood: whom it numbers next must not bear the number of an erased one."""
    if not highest:
        return
    table = Contact._meta.db_table  # noqa: SLF001 -- Django's documented model interface
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 1 FROM sqlite_sequence WHERE name = %s", [table])
            if cursor.fetchone() is None:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
            cursor.execute("UPDATE sqlite_sequence SET seq = MAX(seq, %s) WHERE name = %s", [highest, table])
        else:
            sequence = "pg_get_serial_sequence(%s, 'id')"
            cursor.execute(f"SELECT setval({sequence}, GREATEST(%s, nextval({sequence})))", [table, highest, table])


def mark() -> Path:
    return Path(settings.HOME) / MARK


def due() -> bool:
    return mark().exists()


def _standing_for(customer: Customer) -> Customer:
    return customer.merged_into or customer
