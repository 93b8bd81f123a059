"""Laws of the bucket and the form of a token."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kexin.ground.tokens import rules

RATES = st.builds(rules.Rate, per_minute=st.integers(1, 10_000), burst=st.integers(1, 500))


@given(RATES, st.lists(st.floats(0, 5, allow_nan=False), max_size=300))
def test_never_more_than_the_burst_and_what_flowed_in(rate: rules.Rate, pauses: list[float]) -> None:
    now, spent, taken = 1_000_000.0, 0.0, 0
    start = now
    for pause in pauses:
        now += pause
        if rate.allows(spent, now):
            spent, taken = rate.after(spent, now), taken + 1
        else:
            assert rate.wait(spent, now) >= 0
    assert taken <= rate.burst + (now - start) / rate.interval + 1


@given(RATES)
def test_a_full_bucket_holds_its_burst(rate: rules.Rate) -> None:
    assert rate.remaining(0, 1_000_000.0) == rate.burst


def test_a_token_reads_back_as_written() -> None:
    written = rules.fresh()

    assert rules.read(str(written)) == written
    assert rules.read(str(written) + " ") is None


@given(st.text())
def test_nothing_else_is_taken_for_a_token(text: str) -> None:
    found = rules.read(text)
    assert found is None or str(found) == text


def test_write_covers_read_of_its_own_part_only() -> None:
    assert rules.covers(["customers:write"], "customers:read")
    assert not rules.covers(["customers:write"], "customers:reveal")
    assert not rules.covers(["customers:write"], "orders:read")
    assert not rules.covers(["customers:read"], "customers:write")
