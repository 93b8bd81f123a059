"""Files that show what happened: kept with the incident, seen by whoever may see the incident."""

from __future__ import annotations

from typing import BinaryIO

from django.db import transaction

from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.loop.partners import errors
from kexin.loop.partners.models import Incident

KIND = "incident"
LARGEST_MB = 20


def add_evidence(*, incident_id: int, content: BinaryIO, name: str, size: int, by: Actor) -> StoredFile:
    """Keep a picture, a letter, a list. The bytes are written before the row, outside the transaction."""
    if size > LARGEST_MB * 1024 * 1024:
        raise errors.FileTooLarge(limit=LARGEST_MB)
    if not Incident.objects.filter(pk=incident_id).exists():
        raise errors.IncidentNotFound
    return files.store(content=content, name=name, purpose="practice.evidence", by=by, kind=KIND, record_id=incident_id)


@transaction.atomic
def remove_evidence(*, file_id: int, incident_id: int, by: Actor) -> None:
    """Take a file off again, and its bytes with it. The trail keeps that it was there."""
    stored = StoredFile.objects.filter(pk=file_id, kind=KIND, record_id=incident_id).first()
    if stored is None:
        raise errors.IncidentNotFound
    files.remove(stored=stored, by=by)
