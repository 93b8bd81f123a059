"""Who may open what is attached here: whoever may see the customer, if their role notes consents."""

from __future__ import annotations

from kexin.ground.files import viewers
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers import queries as customers
from kexin.loop.privacy.models import Consent


@viewers.of("consent")
def may_see(user: User, record_id: int) -> bool:
    seen = customers.customers_visible_to(user, closed=True).values("pk")
    return staff.may(user, "privacy.consent") and Consent.objects.filter(pk=record_id, customer__in=seen).exists()


@viewers.of("privacy_copy")
def may_see_copy(user: User, record_id: int) -> bool:
    return staff.may(user, "privacy.manage") and customers.customers_visible_to(user, closed=True).filter(pk=record_id).exists()
