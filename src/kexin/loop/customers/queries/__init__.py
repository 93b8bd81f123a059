"""Every read of customer files."""

from kexin.loop.customers.queries.duplicates import Duplicate, possible_duplicates
from kexin.loop.customers.queries.page import (
    CustomerPage,
    KnownDay,
    KnownThing,
    Reach,
    customer_page,
    entry_history,
    entry_visible_to,
)
from kexin.loop.customers.queries.timeline import TimelinePage, timeline, timeline_counts
from kexin.loop.customers.queries.visible import customers_visible_to, seen_only

__all__ = [
    "CustomerPage",
    "Duplicate",
    "KnownDay",
    "KnownThing",
    "Reach",
    "TimelinePage",
    "customer_page",
    "customers_visible_to",
    "entry_history",
    "entry_visible_to",
    "possible_duplicates",
    "seen_only",
    "timeline",
    "timeline_counts",
]
