"""The search entries of customers, rewritten in the transaction that changes what they are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kexin.ground.search import actions as search
from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, CustomValue


def index_customers(ids: Iterable[int]) -> None:
    """Rewrite what these customers are found by: names of theirs and of their contacts, codes, plates, ways to reach them.

    Five statements and the index's own, whatever the number; loaders call it once a batch. Words stand in the order the
    facts came in, so the same facts give the same entry on every database.
    """
    wanted = list(ids)
    words: dict[int, list[str]] = defaultdict(list)
    codes: dict[int, list[str]] = defaultdict(list)
    phones: dict[int, list[str]] = defaultdict(list)
    closed: list[int] = []

    for pk, name, code, tax_number, merged in Customer.objects.filter(pk__in=wanted).values_list(
        "pk", "name", "code", "tax_number", "merged_into_id"
    ):
        if merged:
            closed.append(pk)
            continue
        words[pk].append(name)
        codes[pk] += [value for value in (code, tax_number) if value]
    for pk, code in Customer.objects.filter(merged_into__in=words).order_by("pk").values_list("merged_into_id", "code"):
        codes[pk or 0].append(code)  # an old code leads to the file it went up in
    for pk, name in Contact.objects.filter(customer_id__in=words).order_by("pk").values_list("customer_id", "name"):
        words[pk].append(name)
    for pk, plate, vin in Asset.objects.filter(customer_id__in=words).order_by("pk").values_list("customer_id", "plate", "vin"):
        codes[pk] += [value for value in (plate, vin) if value]
    for pk, kind, key in ContactPoint.objects.filter(customer_id__in=words).order_by("pk").values_list("customer_id", "kind", "key"):
        (phones if kind == PointKind.PHONE else codes)[pk].append(key)

    for pk, text, chosen in (
        CustomValue.objects.filter(
            customer_id__in=words, is_current=True, field__is_searchable=True, field__is_active=True, field__roles=""
        )
        .order_by("pk")
        .values_list("customer_id", "text", "choice__label_zh")
    ):
        words[pk] += [value for value in (text, chosen) if value]

    search.index("customer", [search.Document(id=pk, words=words[pk], codes=codes[pk], phones=phones[pk]) for pk in words])
    if closed:
        search.forget("customer", closed)
