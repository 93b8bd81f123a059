"""What an entry says of a person is written encrypted, under a key of that person alone.

Destroying the key makes every entry about them unreadable for ever, while the trail itself is never changed: who did what
and when stays.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12
PURPOSE = b"kexin.audit.entry"


def fresh_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, label: str, changes: Mapping[str, Any]) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    words = json.dumps([label, changes], ensure_ascii=False, separators=(",", ":"), default=str).encode()
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, words, PURPOSE)).decode("ascii")


def unseal(key: bytes, sealed: str) -> tuple[str, dict[str, Any]] | None:
    """Label and changes; None if this key does not open it."""
    try:
        raw = base64.b64decode(sealed)
        label, changes = json.loads(AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], PURPOSE))
    except (InvalidTag, ValueError, binascii.Error):
        return None
    return str(label), dict(changes)
