"""Every read of customer files."""

from kexin.loop.customers.queries.credit import credit_history, credit_of, credit_of_rows
from kexin.loop.customers.queries.duplicates import Duplicate, possible_duplicates
from kexin.loop.customers.queries.merging import Outlook, Written, merges_of, survivor_of, undo_outlook
from kexin.loop.customers.queries.page import CustomerPage, KnownDay, KnownThing, Reach, customer_page, entry_history
from kexin.loop.customers.queries.timeline import TimelinePage, timeline, timeline_counts
from kexin.loop.customers.queries.visible import belongings_visible_to, customers_visible_to, seen_only

__all__ = [
    "CustomerPage",
    "Duplicate",
    "KnownDay",
    "KnownThing",
    "Outlook",
    "Reach",
    "TimelinePage",
    "Written",
    "belongings_visible_to",
    "customer_page",
    "customers_visible_to",
    "entry_history",
    "credit_history",
    "credit_of",
    "credit_of_rows",
    "merges_of",
    "possible_duplicates",
    "seen_only",
    "timeline",
    "timeline_counts",
    "undo_outlook",
]
    "survivor_of",
    "undo_outlook",
