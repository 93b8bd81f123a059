from __future__ import annotations

import base64
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.ground.hooks import queries, rules, signing
from kexin.ground.jobs import announcements

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
# Texts of announcements that people wrote, or that say more than a code does: they stay at home.
KEPT_AT_HOME = {
    ("customers.handed_over_together", "note"),
    ("customers.terms_ended", "reason"),
    ("customers.terms_undeserved", "failing"),
    ("partners.practice_answered", "answer"),
    ("todo.done", "outcome"),
    ("todo.dropped", "reason"),
}


def test_the_signature_is_the_one_the_specification_publishes() -> None:
    """The example of the specification's own libraries."""
    made = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_keys_sign_while_one_replaces_the_other() -> None:
    keys = [signing.fresh_secret(), signing.fresh_secret()]
    sent = signing.headers(keys, message_id="msg_1", timestamp=1, body=b"{}")

    assert sent["webhook-signature"].split(" ") == [signing.signature(key, message_id="msg_1", timestamp=1, body=b"{}") for key in keys]
    assert all(len(base64.b64decode(key.removeprefix("whsec_"))) == 32 for key in keys)
    assert "." not in signing.fresh_id()


def test_waits_grow_to_a_day_and_end_after_three() -> None:
    waits = [rules.wait_after(tries, jitter=0.5) for tries in range(1, 11)]

    assert waits[:3] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    assert waits[-1] is None
    assert timedelta(days=3) < sum((wait for wait in waits if wait is not None), timedelta()) < timedelta(days=3, hours=6)


@given(st.integers(1, 9), st.floats(0, 1))
def test_jitter_moves_a_wait_by_a_tenth_at_most(tries: int, jitter: float) -> None:
    wait = rules.wait_after(tries, jitter=jitter)

    assert wait is not None
    assert abs(wait / rules.WAITS[tries - 1] - 1) <= 0.1 + 1e-6


def test_one_failure_lets_nothing_else_wait_and_many_in_a_row_do() -> None:
    assert [rules.rest_after(n).total_seconds() for n in (1, 2, 3, 4, 5, 99)] == [0, 0, 30, 60, 120, 900]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("", None), ("soon", None), ("-5", None), ("0", 0), ("120", 120), ("99999999", 86400), ("9" * 400, 86400),
        ("Sun, 22 Nov 2026 08:00:30 GMT", 30), ("Sun, 22 Nov 2026 07:00:00 GMT", 0), ("Sun, 22 Nov 2099 08:00:30 GMT", 86400), ("٣", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_and_bounded(header: str | None, seconds: int | None) -> None:
    assert rules.asked_wait(header, now=NOW) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=60))
def test_any_retry_after_is_read_or_left(header: str) -> None:
    wait = rules.asked_wait(header, now=NOW)

    assert wait is None or timedelta() <= wait <= timedelta(days=1)


def test_texts_people_wrote_stay_at_home() -> None:
    payload = {"todo_id": 5, "customer_id": None, "kind": "call", "cause": "order:7", "outcome": "13812346207 已回电"}

    assert rules.thin("todo.done", payload) == {"todo_id": 5, "customer_id": None, "kind": "call", "cause": "order:7"}
    assert rules.thin("customers.changed", {"customer_id": 1, "fields": ["name", "江南"]}) == {"customer_id": 1, "fields": ["name"]}
    assert rules.thin("x.y", {"kind": "王伟", "deep": {"name": "王伟"}, "ids": [1, 2], "late": True}) == {"ids": [1, 2], "late": True}


def test_of_every_text_in_an_announcement_it_is_decided_whether_it_leaves_the_house() -> None:
    """Who writes a new announcement with a text in it decides here or in rules.CODES; until then it stays at home."""
    undecided = []
    for name in queries.announcement_names():
        if name.startswith(("tests.", "faults.")):
            continue
        for field in fields(announcements.EVENTS[name]):
            text = "str" in str(field.type)
            told = field.name in rules.CODES or (name, field.name) in rules.CODES_OF
            if text and not told and (name, field.name) not in KEPT_AT_HOME:
                undecided.append(f"{name}.{field.name}")

    assert undecided == []
