"""What some customers of the simulated company agreed to, and took back."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from kexin.ground.audit.actor import Actor
from kexin.loop.customers.models import Customer
from kexin.loop.privacy import actions
from kexin.loop.privacy.models import Purpose

CUSTOMERS = 60
WORDS = {"survey": "同意参加满意度调查", "marketing": "同意接收活动信息", "partners": "同意把联系方式提供给保险公司"}
HOW = ("written", "spoken", "phone", "message")


def write(rng: np.random.Generator, *, now: datetime, by: Actor) -> int:
    """A few dozen words, some of them withdrawals. Returns how many."""
    purposes = {purpose.code: purpose for purpose in Purpose.objects.filter(code__in=WORDS)}
    written = 0
    for pk in Customer.objects.filter(is_active=True, merged_into=None).order_by("pk").values_list("pk", flat=True)[:CUSTOMERS]:
        for code, words in WORDS.items():
            if code not in purposes or rng.random() > 0.6:
                continue
            said_at = now - timedelta(days=int(rng.integers(30, 700)))
            how = HOW[int(rng.integers(len(HOW)))]
            actions.note_consent(
                customer_id=pk, purpose_id=purposes[code].pk, state="given", how=how, words=words, occurred_at=said_at, by=by
            )
            written += 1
            if rng.random() < 0.2:
                back = said_at + timedelta(days=int(rng.integers(1, 29)))
                actions.note_consent(customer_id=pk, purpose_id=purposes[code].pk, state="withdrawn", how="phone", occurred_at=back, by=by)
                written += 1
    return written
