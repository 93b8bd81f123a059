"""What stands in every text column of the database, and what becomes of it when a person is erased.

A column nobody declared here fails tests/architecture/test_text_columns.py, which prints the line to add. Whoever adds one
decides: does anybody ever write something of a customer into it? Then a part of the file erases it, or the clearing up
looks for the person's values in it, and a test plants a mark there and looks for it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

SHORT = 5  # letters: codes and currencies, nothing one could tell a person by
SAYS_NOTHING = (
    models.AutoField,
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.DurationField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
    models.TimeField,
    models.UUIDField,
)


@dataclass(frozen=True)
class Plain:
    """Nothing of a customer: settings, codes, words of the administrators."""

    why: str


@dataclass(frozen=True)
class Staff:
    """Of colleagues, not of customers: it goes with the account."""


@dataclass(frozen=True)
class Erased:
    """Gone with the erasure itself: this part of the file (customers.parts) erases or blanks it."""

    part: str


@dataclass(frozen=True)
class Cleared:
    """Texts that may mention anybody: the job after the erasure looks for the person's values and blanks or removes the row."""


@dataclass(frozen=True)
class Sealed:
    """Written under the person's key, which the erasure destroys."""


@dataclass(frozen=True)
class Timed:
    """Nothing but a copy for a short while: this rule of retention, or this job, removes it."""

    by: str


@dataclass(frozen=True)
class Kept:
    """Stays on purpose, and names nobody by itself."""

    why: str


Says = Plain | Staff | Erased | Cleared | Sealed | Timed | Kept
CODE, WORDS = Plain("a code of ours"), Plain("words of an administrator, about no customer")
SIGN_IN = Staff()

# "app.Model": {"columns": what they hold}. Columns with fixed choices, and those too short to name anybody, need no line.
TABLES: dict[str, dict[str, Says]] = {
    "account.EmailAddress": {"email": SIGN_IN},
    "account.EmailConfirmation": {"key": SIGN_IN},
    "audit.Entry": {
        "actor_name": SIGN_IN,
        "surface action kind": CODE,
        "record_id": Plain("the number of a record"),
        "label changes": Kept("about no person: what is about one stands in `sealed`, and these two stay empty"),
        "sealed": Sealed(),
    },
    "audit.Look": {"actor_name": SIGN_IN, "surface what purpose": CODE, "words": Erased("privacy")},
    "audit.Resealed": {"sealed": Sealed()},
    "audit.SubjectKey": {"key": Sealed()},
    "audit.Tombstone": {"kind": CODE},
    "auth.Group": {"name": CODE},
    "auth.Permission": {"name codename": CODE},
    "axes.AccessAttempt": {"user_agent ip_address username http_accept path_info get_data post_data": SIGN_IN},
    "axes.AccessFailureLog": {"user_agent ip_address username http_accept path_info": SIGN_IN},
    "axes.AccessLog": {"user_agent ip_address username http_accept path_info session_hash": SIGN_IN},
    "choosing.Answer": {"choice": CODE, "evidence": Erased("choosing")},
    "choosing.Checklist": {"name_zh name_en": WORDS},
    "choosing.Grant": {"reason checked": Erased("choosing.terms")},
    "choosing.Mark": {"old_verdict": CODE},
    "choosing.Proposition": {"sentence_zh sentence_en": WORDS},
    "choosing.Question": {"name_zh name_en choices": WORDS},
    "choosing.Run": {"summary versions": Plain("figures of all customers together")},
    "choosing.Score": {"missing ask_next details": Erased("choosing")},
    "choosing.TermSet": {"name_zh name_en says_zh says_en conditions": WORDS},
    "choosing.Version": {"definition note": WORDS, "tried_fingerprint": CODE, "trial": Plain("numbers of files and figures")},
    "contenttypes.ContentType": {"app_label model": CODE},
    "customers.Asset": {"name plate vin note": Erased("customers")},
    "customers.AssetEvent": {"old new note": Erased("customers.assets")},
    "customers.Contact": {"name role note": Erased("customers")},
    "customers.ContactPoint": {"value key note": Erased("customers")},
    "customers.Coordinates": {"purpose": Erased("customers.whereabouts")},
    "customers.Credit": {"purpose rating note": Erased("customers.credit")},
    "customers.CustomChoice": {"label_zh label_en": WORDS},
    "customers.CustomField": {"label_zh label_en help_zh help_en roles": WORDS},
    "customers.CustomValue": {"purpose text": Erased("customers.fields")},
    "customers.Customer": {
        "code": Kept("papers that must be kept by law name the file by it"),
        "name salutation tax_number region address preferred_hours": Erased("the file itself"),
    },
    "customers.DuplicatePair": {"reasons": CODE, "proposal": Erased("merges")},
    "customers.FileEntry": {"value purpose evidence rule subject": Erased("customers")},
    "customers.FileQuality": {"item kind": CODE},
    "customers.HandOver": {"reason note": Erased("customers")},
    "customers.Interaction": {"text": Erased("customers")},
    "customers.Merge": {"fields moved": Erased("merges")},
    "customers.NameKey": {"key": Erased("merges")},
    "customers.Occasion": {"label purpose": Erased("customers")},
    "customers.OccasionBefore": {"label purpose": Erased("customers")},
    "customers.Place": {"behaviours": CODE},
    "customers.Project": {"name note": Erased("customers.projects")},
    "customers.ProjectStage": {"name_zh name_en": WORDS},
    "customers.Relation": {"note": Erased("customers.relations")},
    "customers.StageMove": {"note": Erased("customers.projects")},
    "customers.Whereabouts": {"region_code": CODE},
    "django_q.OrmQ": {"key": CODE, "payload": Plain("the number of a job")},
    "django_q.Schedule": {"name func hook args kwargs cron task cluster intended_date_kwarg": CODE},
    "django_q.Task": {"id name func hook args kwargs result group cluster": Plain("the number of a job; ended tasks are not kept")},
    "files.StoredFile": {"name": Cleared(), "media_type sha256 path purpose kind": CODE},
    "hooks.Attempt": {"address": Plain("an address of the network"), "answer": Cleared()},
    "hooks.Delivery": {"public_id kind": CODE, "body": Plain("numbers and codes: words of an announcement are left out")},
    "hooks.Hook": {"name url announcements": WORDS, "secret old_secret": Plain("keys")},
    "imports.Change": {"kind": CODE, "old": Cleared()},
    "imports.Mapping": {"name columns options": Cleared(), "kind": CODE},
    "imports.Refusal": {"code": CODE, "data": Cleared()},
    "imports.Run": {
        "kind": CODE,
        "file_name columns options mapping_name facts summary error": Cleared(),
        "created_name": SIGN_IN,
    },
    "jobs.Announcement": {"name": CODE, "payload": Cleared()},
    "jobs.Hearing": {"receiver": CODE, "error": Cleared()},
    "jobs.Job": {
        "kind error_code language slot lease_holder": CODE,
        "title arguments checkpoint result message error link": Cleared(),
        "requested_name": SIGN_IN,
    },
    "jobs.Worker": {"holder host": CODE},
    "lists.BulkEdit": {
        "listing field slot": CODE,
        "value words query left_out": Cleared(),
        "chosen": Plain("numbers of records"),
        "by_name undone_by": SIGN_IN,
    },
    "lists.EditedRow": {"old new": Erased("customers"), "undo": CODE},
    "lists.SavedView": {"listing trouble": CODE, "name query": Cleared(), "trouble_data": Plain("the name of a field or of a branch")},
    "lists.SegmentMembers": {"packed": Plain("numbers of records")},
    "lists.Tag": {"kind": CODE, "name": Cleared()},
    "mfa.Authenticator": {"data": SIGN_IN},
    "orders.Order": {"number": Kept("accounting records must be kept by law"), "channel": CODE},
    "orders.OrderLine": {"key": CODE, "description": Cleared()},
    "orders.Product": {"code name category": Plain("goods")},
    "partners.Incident": {"what told_by statement finding reason": Erased("practices")},
    "partners.Office": {"name region address hours": Plain("of the company's partners; gone with a partner who was the person")},
    "partners.Partner": {"code": CODE, "name covers_regions covers_products price_agreement note": Erased("practices")},
    "partners.PartnerContact": {
        "name role phone email note": Plain("people of the company's partners, not of customers; gone with a partner who was the person")
    },
    "partners.PracticeKind": {"name_zh name_en about_zh about_en": WORDS},
    "pool.Hold": {"reason": Erased("pool")},
    "pool.Stay": {"reason": Erased("pool")},
    "privacy.Consent": {"words": Erased("privacy")},
    "privacy.Erasure": {
        "number": CODE,
        "code": Kept("the certificate says which file it is of"),
        "counts kept cleaned": Plain("names of parts, and how many rows"),
        "erased_name": SIGN_IN,
    },
    "privacy.Purpose": {"code name_zh name_en ground_zh ground_en": WORDS},
    "privacy.Removal": {"name": CODE},
    "privacy.RetentionRule": {"name": CODE},
    "search.IndexedKind": {"name": CODE},
    "sessions.Session": {"session_key": SIGN_IN, "session_data": Timed("staff.sessions")},
    "staff.Branch": {"name code path zone holidays": WORDS},
    "staff.Company": {"name zone": WORDS},
    "staff.Cover": {"note": SIGN_IN},
    "staff.DayOverride": {"reason": WORDS},
    "staff.SignInLink": {"nonce": SIGN_IN},
    "staff.User": {"password username email name language session_key_salt": SIGN_IN},
    "standing.RuleSet": {"definition note": WORDS, "simulated_fingerprint": CODE, "simulation": Plain("numbers of files and figures")},
    "standing.Run": {"method method_version fingerprint": CODE, "distributions warnings": Plain("figures of all customers together")},
    "standing.Transition": {"field old new": CODE, "reason": Plain("a code and the figures that decided")},
    "todo.ToDo": {"title detail outcome": Erased("todo"), "kind origin_kind cause": CODE},
    "tokens.Answer": {
        "key request": CODE,
        "headers": Plain("media type and address of a record"),
        "body": Timed("tokens.forget"),  # sealed besides with what only the caller has
    },
    "tokens.Token": {"public digest": CODE, "name scopes last_used_from": SIGN_IN},
    "usersessions.UserSession": {"ip session_key user_agent data": SIGN_IN},
}
# Tables no model speaks of.
OTHER_TABLES: dict[str, Says] = {
    "search_text": Erased("the search entry of the file"),  # with tables SQLite keeps for it: search_text_data, …
    "staff_cache": Plain("counts of wrong passwords, under digests"),
    "django_migrations": CODE,
    "sqlite_sequence": CODE,
}


def declared() -> dict[tuple[str, str], Says]:
    """(model, column) → what it holds."""
    return {(model, column): says for model, lines in TABLES.items() for columns, says in lines.items() for column in columns.split()}


def text_columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column of every table that could hold words."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:  # noqa: SLF001 -- Django's documented model interface
            continue
        for field in model._meta.local_concrete_fields:  # noqa: SLF001 -- as above
            length = getattr(field, "max_length", None)
            if isinstance(field, SAYS_NOTHING) or field.choices or (length is not None and length <= SHORT):
                continue
            yield model, field
