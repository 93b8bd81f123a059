"""What a token may be used for, how it is written, how fast it may be used. Pure."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

READ, WRITE, REVEAL = "read", "write", "reveal"
SCOPES = (
    "customers:read", "customers:write", "customers:reveal",
    "orders:read", "orders:write",
    "standing:read",
    "todos:read", "todos:write",
    "pool:read", "pool:write",
    "choosing:read", "choosing:write",
    "practices:read", "practices:write",
    "partners:read", "partners:write",
    "covers:read", "covers:write",
    "consents:read", "consents:write",
    "imports:read", "imports:write",
    "exports:read", "exports:write",
    "hooks:read", "hooks:write",
)  # fmt: skip
# The first word of a permission (staff.rules.MAY) and the part of the house its scopes are named after.
DOMAINS = {
    "customer": "customers",
    "order": "orders",
    "product": "orders",
    "standing": "standing",
    "todo": "todos",
    "pool": "pool",
    "choosing": "choosing",
    "terms": "choosing",
    "practice": "practices",
    "partner": "partners",
    "cover": "covers",
    "privacy": "consents",  # noting what a customer agreed to; copies and erasures are no business of programs
    "import": "imports",
    "export": "exports",
    "hook": "hooks",
}
LASTS_DAYS, LONGEST_DAYS = 90, 366
ANSWERS_KEPT = timedelta(hours=24)
USE_NOTED_EVERY = timedelta(minutes=1)

# kx_<public part>_<secret>: scanners for leaked secrets find it by this form, and the public part says whose it is.
WRITTEN = re.compile(r"kx_([a-z2-7]{10})_([A-Za-z0-9]{43})")
PUBLIC_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Written:
    """A token as its holder has it."""

    public: str
    secret: str

    def __str__(self) -> str:
        return f"kx_{self.public}_{self.secret}"


def fresh() -> Written:
    """A token nobody can guess: 43 letters of 62 are 256 bits."""
    return Written(
        public="".join(secrets.choice(PUBLIC_LETTERS) for _ in range(10)),
        secret="".join(secrets.choice(LETTERS) for _ in range(43)),
    )


def read(text: str) -> Written | None:
    """A token as somebody sent it; None where it is not written like one."""
    found = WRITTEN.fullmatch(text)
    return Written(public=found[1], secret=found[2]) if found else None


def digest(secret: str) -> str:
    """What is stored. A slow hash defends passwords people choose; 256 random bits need none, and every request asks."""
    return hashlib.sha256(secret.encode()).hexdigest()


def scope_for(permission: str | None, *, writes: bool) -> str:
    """The scope that goes with a permission; empty where a permission (or its absence) needs none."""
    if permission is None:
        return ""
    if permission == "customer.reveal":
        return "customers:reveal"
    return f"{DOMAINS[permission.partition('.')[0]]}:{WRITE if writes else READ}"


def covers(scopes: Collection[str], asked: str) -> bool:
    """Whether a token's scopes include the one asked for: whoever may write may read."""
    if not asked or asked in scopes:
        return True
    domain, _, kind = asked.partition(":")
    return kind == READ and f"{domain}:{WRITE}" in scopes


@dataclass(frozen=True)
class Rate:
    """A bucket that fills by so many requests a minute and holds `burst` of them."""

    per_minute: int
    burst: int

    @property
    def interval(self) -> float:
        """Seconds one request costs."""
        return 60 / self.per_minute

    def after(self, spent_until: float, now: float) -> float:
        """What `spent_until` becomes with one more request: the moment at which the bucket would be full again."""
        return max(spent_until, now) + self.interval

    def allows(self, spent_until: float, now: float) -> bool:
        return self.after(spent_until, now) <= now + self.burst * self.interval

    def remaining(self, spent_until: float, now: float) -> int:
        """How many requests may follow at once."""
        return max(0, math.floor((now + self.burst * self.interval - max(spent_until, now)) / self.interval + 1e-6))

    def wait(self, spent_until: float, now: float) -> int:
        """Whole seconds until one more request is allowed."""
        return max(0, math.ceil(self.after(spent_until, now) - now - self.burst * self.interval - 1e-6))

    def full_in(self, spent_until: float, now: float) -> int:
        return max(0, math.ceil(spent_until - now))
