"""Every read of customer files."""

from kexin.loop.customers.queries.asking import asks_for
from kexin.loop.customers.queries.coming import Coming, days_coming_up
from kexin.loop.customers.queries.credit import credit_history, credit_of, credit_of_rows
from kexin.loop.customers.queries.custom import (
    Filled,
    custom_history,
    custom_of,
    custom_values_of,
    fetching,
    fields_for,
    fields_seen_by,
    words_of,
)
from kexin.loop.customers.queries.distances import (
    coordinates_history,
    coordinates_of,
    distance_km,
    distances_km,
    distances_of_rows,
    whereabouts_of,
)
from kexin.loop.customers.queries.duplicates import Duplicate, possible_duplicates
from kexin.loop.customers.queries.merging import Outlook, Written, merges_of, merges_visible_to, survivor_of, undo_outlook
from kexin.loop.customers.queries.page import CustomerPage, KnownDay, KnownThing, Reach, customer_page, days_before, entry_history
from kexin.loop.customers.queries.projects import StageLine, moves_of, projects_of, projects_visible_to, stage_lines
from kexin.loop.customers.queries.quality import Quality, file_quality
from kexin.loop.customers.queries.relations import Related, Relatives, related, relations_of, relations_visible_to
from kexin.loop.customers.queries.team import (
    Belongings,
    Carers,
    belongings_of,
    carers_of,
    hand_overs_of,
    members_visible_to,
    whose_customers,
)
from kexin.loop.customers.queries.timeline import TimelinePage, timeline, timeline_counts
from kexin.loop.customers.queries.visible import belongings_visible_to, customers_visible_to, seen_by, seen_only, tell_if_erased

__all__ = [
    "Belongings",
    "Carers",
    "Coming",
    "CustomerPage",
    "Duplicate",
    "Filled",
    "KnownDay",
    "KnownThing",
    "Outlook",
    "Quality",
    "Reach",
    "Related",
    "Relatives",
    "StageLine",
    "TimelinePage",
    "Written",
    "asks_for",
    "belongings_of",
    "belongings_visible_to",
    "carers_of",
    "coordinates_history",
    "coordinates_of",
    "credit_history",
    "credit_of",
    "credit_of_rows",
    "custom_history",
    "custom_of",
    "custom_values_of",
    "customer_page",
    "customers_visible_to",
    "days_before",
    "days_coming_up",
    "distance_km",
    "distances_km",
    "distances_of_rows",
    "entry_history",
    "fetching",
    "fields_for",
    "fields_seen_by",
    "file_quality",
    "hand_overs_of",
    "members_visible_to",
    "merges_of",
    "merges_visible_to",
    "moves_of",
    "possible_duplicates",
    "projects_of",
    "projects_visible_to",
    "related",
    "relations_of",
    "relations_visible_to",
    "seen_by",
    "seen_only",
    "stage_lines",
    "survivor_of",
    "tell_if_erased",
    "timeline",
    "timeline_counts",
    "undo_outlook",
    "whereabouts_of",
    "whose_customers",
    "words_of",
]
