from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.privacy import make_consent
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.loop.customers import actions
from kexin.loop.customers import errors as file_errors
from kexin.loop.privacy import actions as privacy
from kexin.loop.privacy import errors, queries
from kexin.loop.privacy.models import Consent, Purpose
from kexin.loop.privacy.rules.consent import Said, may_contact

BY = Actor(id=None, name="杜林")
NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
WORDS = st.lists(
    st.builds(
        Said,
        state=st.sampled_from(["given", "withdrawn"]),
        channel=st.sampled_from(["", "phone", "email", "wecom"]),
        at=st.integers(0, 50).map(lambda hours: NOW + dt.timedelta(hours=hours)),
        number=st.integers(1, 10**6),
    ),
    unique_by=lambda word: word.number,
)


@given(said=WORDS, channel=st.sampled_from(["", "phone", "email", "wecom"]), needs=st.booleans())
def test_a_later_withdrawal_of_everything_is_always_heard(said: list[Said], channel: str, needs: bool) -> None:  # noqa: FBT001 -- drawn by name
    last = Said("withdrawn", "", NOW + dt.timedelta(days=9), 10**7)

    assert not may_contact([*said, last], channel=channel, needs_consent=needs).allowed


@given(said=WORDS, channel=st.sampled_from(["phone", "email", "wecom"]), needs=st.booleans())
def test_words_about_other_channels_change_nothing(said: list[Said], channel: str, needs: bool) -> None:  # noqa: FBT001 -- drawn by name
    about = [word for word in said if word.channel in {"", channel}]

    assert may_contact(said, channel=channel, needs_consent=needs) == may_contact(about, channel=channel, needs_consent=needs)


@given(said=WORDS, channel=st.sampled_from(["", "phone"]), needs=st.booleans())
def test_the_order_they_are_read_in_does_not_matter(said: list[Said], channel: str, needs: bool) -> None:  # noqa: FBT001 -- drawn by name
    assert may_contact(said, channel=channel, needs_consent=needs) == may_contact(said[::-1], channel=channel, needs_consent=needs)


@pytest.mark.django_db
def test_without_a_word_the_purpose_decides() -> None:
    customer = make_customer()

    assert queries.may_contact(customer, "service", "phone").reason == "not_needed"
    assert queries.may_contact(customer, "marketing", "phone") == queries.may_contact(customer, "survey")
    assert queries.may_contact(customer, "marketing").reason == "not_given"
    assert queries.may_contact(customer, "nothing").reason == "unknown_purpose"


@pytest.mark.django_db
def test_a_withdrawal_by_one_channel_leaves_the_others() -> None:
    customer = make_customer()
    make_consent(customer, by=BY)
    make_consent(customer, by=BY, state="withdrawn", channel="phone", words="")

    assert [queries.may_contact(customer, "marketing", channel).allowed for channel in ("phone", "email", "wecom")] == [False, True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_many_are_asked_in_two_statements(count: int, django_assert_num_queries: Any) -> None:
    customers = [make_customer() for _ in range(count)]
    make_consent(customers[0], by=BY)

    with django_assert_num_queries(2):
        found = queries.may_contact_many(customers, "marketing", "email")

    assert [found[customer.pk].allowed for customer in customers] == [True, *[False] * (count - 1)]
    assert found[customers[0].pk] == queries.may_contact(customers[0], "marketing", "email")


@pytest.mark.django_db
def test_what_cannot_be_noted_is_refused_and_leaves_nothing() -> None:
    customer = make_customer()
    retired = Purpose.objects.create(code="old", name_zh="旧", is_active=False)

    with pytest.raises(errors.ProofMissing):
        make_consent(customer, by=BY, words="  ")
    with pytest.raises(errors.ConsentInFuture):
        make_consent(customer, by=BY, occurred_at=timezone.now() + dt.timedelta(days=1))
    with pytest.raises(errors.PurposeUnused):
        make_consent(customer, by=BY, code=retired.code)
    closed = make_customer(is_active=False)
    with pytest.raises(file_errors.FileClosed):
        make_consent(closed, by=BY)
    assert Consent.objects.count() == 0


@pytest.mark.django_db
def test_a_retired_purpose_can_still_be_taken_back() -> None:
    customer = make_customer()
    consent = make_consent(customer, by=make_user().actor)
    Purpose.objects.filter(pk=consent.purpose_id).update(is_active=False)

    make_consent(customer, by=BY, state="withdrawn", words="")

    assert not queries.may_contact(customer, "marketing").allowed


@pytest.mark.django_db(transaction=True)
def test_a_customer_who_is_served_no_more_still_gets_a_copy() -> None:
    customer = make_customer(name="王芳")
    actions.deactivate_customer(customer_id=customer.pk, reason="搬走", by=BY)

    stored = privacy.copy_person(customer_id=customer.pk, checked="document", by=BY)

    assert stored.record_id == customer.pk
