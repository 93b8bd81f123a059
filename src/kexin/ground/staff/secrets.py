"""Secrets at rest: passwords and keys of channels are stored encrypted with a key derived from the installation's own.

A copy of the database alone opens none of them. Keys rotate by putting a new line above the old ones in `secret.key`:
new secrets are written with the first key, old ones are read with any of them, and `renew` rewrites one.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import KexinError


class SecretUnreadable(KexinError):
    """The key it was written with is gone: secret.key was replaced, or the database came from another installation."""

    code = "secret_unreadable"
    text = _("A stored secret cannot be read with this installation's key. Enter it again.")


def encrypt(plain: str, *, purpose: str) -> str:
    """Encrypt for one purpose ("channels.smtp"): what was written for one cannot be read as another."""
    return _box(purpose).encrypt(plain.encode()).decode("ascii")


def decrypt(stored: str, *, purpose: str) -> str:
    try:
        return _box(purpose).decrypt(stored.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise SecretUnreadable from error


def renew(stored: str, *, purpose: str) -> str:
    """The same secret, written with the newest key."""
    try:
        return _box(purpose).rotate(stored.encode("ascii")).decode("ascii")
    except InvalidToken as error:
        raise SecretUnreadable from error


def _box(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str, purpose: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"kexin.secrets", info=purpose.encode())
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
