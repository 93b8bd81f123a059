"""Which day it is for a customer: their branch's, or the company's."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from kexin.ground.staff import queries as staff
from kexin.loop.customers.models import Customer


def zone_of(customer: Customer) -> ZoneInfo:
    return ZoneInfo(customer.branch.zone if customer.branch is not None else staff.company().zone)


def today_of(customer: Customer) -> date:
    return timezone.now().astimezone(zone_of(customer)).date()
