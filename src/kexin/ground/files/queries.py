from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from kexin.ground.audit import subjects
from kexin.ground.files import viewers
from kexin.ground.files.errors import FileGone
from kexin.ground.files.models import StoredFile
from kexin.ground.jobs import registry
from kexin.ground.staff.models import User
from kexin.ground.staff.rules import ADMIN


def root() -> Path:
    """The folder of all stored files."""
    folder = Path(settings.HOME) / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(stored: StoredFile) -> Path:
    return root() / stored.path


def open_stored(stored: StoredFile) -> BinaryIO:
    """The bytes, from the beginning. FileGone if somebody removed them from the folder."""
    try:
        return path_of(stored).open("rb")
    except FileNotFoundError:
        raise FileGone(name=stored.name) from None


def subject_of(file_id: int) -> int | None:
    """Whom a file is about: whoever the record it belongs to is about. Its name may name them."""
    belongs = StoredFile.objects.filter(pk=file_id, record_id__isnull=False).values_list("kind", "record_id").first()
    return subjects.find(*belongs) if belongs is not None else None


def may_download(user: User | AnonymousUser, stored: StoredFile) -> bool:
    """Its creator, who may see the record it belongs to, or, where it belongs to none, an administrator."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if stored.keep_until is not None and stored.keep_until < timezone.now():
        return False
    if stored.created_by == user.pk:
        return True
    if not stored.kind or stored.record_id is None:
        return user.role == ADMIN
    if stored.kind not in viewers.VIEWERS:
        registry.autodiscover()  # a domain's viewers stand in its jobs or receivers, or come with its AppConfig
    viewer = viewers.VIEWERS.get(stored.kind)
    return viewer is not None and viewer(user, stored.record_id)
