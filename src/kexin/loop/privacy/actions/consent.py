"""What customers agreed to: noted with its proof; and the purposes themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.ground.jobs import actions as jobs
from kexin.kit import text as plain_text
from kexin.loop.customers.actions import checking
from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.errors import NameMissing
from kexin.loop.privacy import errors
from kexin.loop.privacy.announcements import ConsentNoted
from kexin.loop.privacy.choices import ConsentState, How
from kexin.loop.privacy.models import Consent, Purpose

CLOCKS_DIFFER = timedelta(minutes=5)
LARGEST_MB = 20
PURPOSE_FIELDS = frozenset({"code", "name_zh", "name_en", "ground_zh", "ground_en", "needs_consent", "position", "is_active"})


def note_consent(  # noqa: PLR0913 -- what was said, when, how, and the proof
    *,
    customer_id: int,
    purpose_id: int,
    state: str,
    how: str,
    by: Actor,
    channel: str = "",
    words: str = "",
    occurred_at: datetime | None = None,
    document: BinaryIO | None = None,
    document_name: str = "",
) -> Consent:
    """Write down that a customer gave or withdrew consent. Withdrawing is as easy as giving and needs no reason; giving needs proof.

    The document is kept first, outside the transaction; if the rest is refused, it goes again.
    """
    stored = _kept(document, document_name, by) if document is not None else None
    try:
        return _note(customer_id, purpose_id, ConsentState(state), How(how), by, channel, words, occurred_at, stored)
    except BaseException:
        if stored is not None:
            files.remove(stored=stored, by=by)
        raise


@transaction.atomic
def _note(  # noqa: PLR0913, PLR0917 -- as note_consent
    customer_id: int,
    purpose_id: int,
    state: ConsentState,
    how: How,
    by: Actor,
    channel: str,
    words: str,
    occurred_at: datetime | None,
    stored: StoredFile | None,
) -> Consent:
    customer = checking.open_file(customer_id)
    purpose = Purpose.objects.filter(pk=purpose_id).first()
    if purpose is None:
        raise errors.PurposeNotFound
    if not purpose.is_active and state == ConsentState.GIVEN:
        raise errors.PurposeUnused
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Consent, {"words": words.replace("\x00", "")}, causes)
    if state == ConsentState.GIVEN and not values["words"] and stored is None:
        causes["words"] = errors.ProofMissing()
    moment = occurred_at or timezone.now()
    if moment > timezone.now() + CLOCKS_DIFFER:
        causes["occurred_at"] = errors.ConsentInFuture()
    checking.refuse(causes)

    consent = Consent.objects.create(
        customer=customer,
        purpose=purpose,
        state=state,
        channel=PointKind(channel) if channel else "",
        occurred_at=moment,
        how=how,
        words=values["words"],
        document_id=stored.pk if stored else None,
        by_id=by.id,
    )
    if stored is not None:
        files.attach(stored=stored, kind="consent", record_id=consent.pk)
    customer.change = audit.record(
        action=f"privacy.consent_{state}",
        kind="customer",
        record_id=customer.pk,
        label=customer.name,
        by=by,
        changes={"purpose": [None, str(purpose)], **({"channel": [None, channel]} if channel else {}), "how": [None, str(how.label)]},
    )
    customer.save(update_fields=["change", "updated_at"])

    jobs.announce(ConsentNoted(customer_id=customer.pk, purpose=purpose.code, state=state))
    return consent


@transaction.atomic
def save_purpose(*, purpose_id: int | None, version: int | None, fields: Mapping[str, Any], by: Actor) -> Purpose:
    """Add a purpose, or change one. One that is in use is never removed: it is offered no more."""
    unknown = set(fields) - PURPOSE_FIELDS
    if unknown:
        raise TypeError(f"a purpose has no {sorted(unknown)}")
    purpose = Purpose.objects.select_for_update().filter(pk=purpose_id).first() if purpose_id is not None else Purpose()
    if purpose is None:
        raise errors.PurposeNotFound
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Purpose, fields, causes)
    if "name_zh" in values and not values["name_zh"]:
        causes["name_zh"] = NameMissing(beside="name_zh")
    checking.refuse(causes)
    changes = {name: [_plain(getattr(purpose, name)) if purpose_id else None, _plain(value)] for name, value in values.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if purpose_id is not None and version is not None and version != purpose.version:
        raise errors.EditedMeanwhile(
            theirs={name: pair[0] for name, pair in changes.items()},
            yours={name: pair[1] for name, pair in changes.items()},
            version=purpose.version,
        )

    for name, value in values.items():
        setattr(purpose, name, value)
    if purpose_id is not None:
        purpose.version += 1
    try:
        with transaction.atomic():
            purpose.save()
    except IntegrityError:
        raise errors.PurposeCodeTaken from None
    audit.record(action="privacy.save_purpose", kind="purpose", record_id=purpose.pk, label=purpose.name_zh, by=by, changes=changes)
    return purpose


def _kept(document: BinaryIO, name: str, by: Actor) -> StoredFile:
    size = getattr(document, "size", 0) or 0
    if size > LARGEST_MB * 1024 * 1024:
        raise errors.ProofTooBig(limit=LARGEST_MB)
    # What a scan is called may name the person; the trail is kept for ever, so only its ending is taken over.
    ending = plain_text.tidy(name).rpartition(".")[2].lower()
    known = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"  # noqa: PLR2004 -- endings are short
    return files.store(content=document, name=f"consent-{timezone.localtime():%Y%m%d-%H%M%S}.{known}", purpose="attachment", by=by)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
