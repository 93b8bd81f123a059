"""Signatures as the Standard Webhooks specification (1.0.0) has them: HMAC-SHA256 over `id.timestamp.body`.

Receivers check them with any library of that specification, or with the twelve lines in docs/how-to/web-hooks.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"


def fresh_secret() -> str:
    """32 random bytes, written as the specification writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def fresh_id() -> str:
    """What stands in webhook-id. It has no full stop: with one, the signed text could be cut in two ways."""
    return f"msg_{secrets.token_hex(14)}"


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    signed = b"%s.%d.%s" % (message_id.encode("ascii"), timestamp, body)
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode("ascii")


def headers(keys: Iterable[str], *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of one attempt, signed with each key: the new one and, for a day, the one before."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message_id=message_id, timestamp=timestamp, body=body) for key in keys),
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not a secret of web hooks") from error
