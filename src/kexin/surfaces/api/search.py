"""Search: customers by any part of what they are found by, orders and products by the beginning of their number or code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kexin.kit.text import normalise
from kexin.loop.customers import queries as customers
from kexin.loop.customers.listing import search as find
from kexin.loop.orders import queries as orders
from kexin.surfaces.api.contract import asking, errors
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer
from kexin.surfaces.api.contract.room import Gives, Room, described
from kexin.surfaces.api.contract.shapes import INTEGER, TEXT, Field, Shape, many, one_of, ref

room = Room("search")
LONGEST = 200


class _Kinds:
    values = ("customer", "order", "product")


HIT = described(
    Shape(
        "Hit",
        (
            Field("kind", one_of(_Kinds), lambda hit: hit[0], "customer"),
            Field("id", INTEGER, lambda hit: hit[1].pk, 12),
            Field("title", TEXT, lambda hit: str(hit[1]), "江南机电有限公司"),
            Field("code", TEXT, lambda hit: getattr(hit[1], "code", "") or getattr(hit[1], "number", ""), "K-000012"),
        ),
        about="A record that was found.",
    )
)
FOUND = Gives(
    200,
    {"type": "object", "required": ["items"], "additionalProperties": False, "properties": {"items": many(ref("Hit"))}},
    {"items": [HIT.example()]},
)


@room.get(
    "/search", None, gives=FOUND,
    parameters={"q": {"type": "string", "minLength": 1, "maxLength": LONGEST}, "limit": {"type": "integer", "minimum": 1, "maximum": 200}},
)  # fmt: skip
def search(request: HttpRequest) -> HttpResponse:
    """Find records: of each kind you may see (and your token covers), the first ones."""
    caller = caller_of(request)
    limit = asking.limit_of(request)
    words = request.GET.get("q", "")
    text = words.strip()
    if len(words) > LONGEST:
        raise errors.ParameterUnreadable(name="q", value=words[:40])
    if not text:
        return answer({"items": []})
    found: list[tuple[str, object]] = []
    if caller.may_see("customer.view"):
        found += [("customer", row) for row in find(customers.customers_visible_to(caller.user), text).order_by("pk")[:limit]]
    if caller.may_see("order.view"):
        number = normalise(text)
        found += [("order", row) for row in orders.numbered(caller.user, number)[:limit]]
        found += [("product", row) for row in orders.coded(number)[:limit]]
    return answer({"items": [HIT.of(hit) for hit in found]})
