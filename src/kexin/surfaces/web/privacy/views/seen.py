"""The customer a page is about, and only if this person may see it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from kexin.loop.customers import queries
from kexin.loop.customers.models import Customer


def customer_seen(request: HttpRequest, customer_id: int) -> Customer:
    """Somebody else's is 404, as if it were not there; one that was erased says so to those who would see it."""
    found = queries.customers_visible_to(request.user, closed=True).select_related("owner", "branch").filter(pk=customer_id).first()
    if found is None:
        queries.tell_if_erased(customer_id, request.user)
        return get_object_or_404(Customer.objects.none())
    return found
