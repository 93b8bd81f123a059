from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.errors import Invalid
from kexin.ground.jobs.models import Announcement
from kexin.loop.customers import actions, errors
from kexin.loop.customers.choices import Kind
from kexin.loop.customers.models import ContactPoint, Customer, FileEntry, HandOver, Occasion, OccasionBefore
from kexin.loop.customers.queries import days_before
from kexin.loop.customers.queries.days import today_of

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")
TAX = "91350100M000100Y43"  # the example of GB 32100-2015


def announced() -> list[tuple[str, dict[str, object]]]:
    return list(Announcement.objects.order_by("pk").values_list("name", "payload"))


def test_a_new_file_gets_the_next_code_its_points_an_audit_entry_and_an_announcement() -> None:
    branch = make_branch(name="城南店")
    owner = make_user(branch=branch, name="何志远")

    customer = actions.create_customer(
        name="　顾雪亭 ", phones=["138 0013 8000", "+86 13800138000"], emails=["Gu@Mail.CN"], owner=owner, branch=branch, by=BY
    )

    assert (customer.code, customer.name, customer.owner, customer.branch) == ("K-000001", "顾雪亭", owner, branch)
    points = list(ContactPoint.objects.order_by("pk").values_list("kind", "value", "key", "is_primary"))
    assert points == [("phone", "138 0013 8000", "13800138000", True), ("email", "Gu@Mail.CN", "gu@mail.cn", True)]
    entry = Entry.objects.get(action="customer.create")
    assert entry.pk == customer.change
    assert "13800138000" not in str(entry.changes)
    assert entry.changes["owner"] == [None, "何志远"]
    assert announced() == [("customers.created", {"customer_id": customer.pk})]


def test_codes_count_on_and_step_over_codes_that_files_brought() -> None:
    make_customer(code="K-000002")
    codes = [actions.create_customer(name=name, by=BY).code for name in ("甲", "乙", "丙")]
    assert codes == ["K-000001", "K-000003", "K-000004"]


def test_what_cannot_be_accepted_is_said_beside_every_field_and_nothing_is_written() -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_customer(name=" ", phones=["12"], emails=["nobody"], tax_number="91350100M000100Y44", by=BY)

    assert set(refused.value.fields()) == {"name", "phone", "email", "tax_number"}
    assert Customer.objects.count() == 0
    assert Entry.objects.count() == 0
    assert announced() == []


def test_a_credit_code_is_checked_and_kept_in_one_form() -> None:
    customer = actions.create_customer(kind=Kind.ORGANISATION, name="恒达", tax_number="9135 0100 m000100y43", by=BY)
    assert customer.tax_number == TAX


def test_a_taken_code_is_told() -> None:
    make_customer(code="VIP-1")
    with pytest.raises(errors.CodeTaken) as refused:
        actions.create_customer(name="甲", code="VIP-1", by=BY)
    assert refused.value.data == {"value": "VIP-1"}


@pytest.mark.parametrize("name", ["𠮷野家😀", "名" * 120, "<script>alert(1)</script>", 'O\'Neil "Jr"'])
def test_any_name_is_a_name(name: str) -> None:
    assert Customer.objects.get(pk=actions.create_customer(name=name, by=BY).pk).name == name


def test_a_name_too_long_is_told_not_cut() -> None:
    with pytest.raises(errors.TextTooLong):
        actions.create_customer(name="名" * 121, by=BY)


def test_the_later_of_two_people_is_told_what_the_first_one_saved() -> None:
    customer = actions.create_customer(name="顾雪亭", region="城南", by=BY)
    first = Actor(id=None, name="何志远")
    actions.change_customer(customer_id=customer.pk, version=1, fields={"region": "城北", "salutation": "女士"}, by=first)

    with pytest.raises(errors.EditedMeanwhile) as told:
        actions.change_customer(customer_id=customer.pk, version=1, fields={"region": "城东", "name": "顾雪亭"}, by=BY)

    assert told.value.theirs == {"region": "城北", "salutation": "女士"}
    assert told.value.yours == {"region": "城东"}
    assert (told.value.version, told.value.data["who"]) == (2, "何志远")
    customer.refresh_from_db()
    assert customer.region == "城北"
    # Knowing that, they may write their own.
    actions.change_customer(customer_id=customer.pk, version=2, fields={"region": "城东"}, by=BY)
    customer.refresh_from_db()
    assert (customer.region, customer.salutation, customer.version) == ("城东", "女士", 3)


def test_a_bulk_change_without_its_own_audit_entry_still_makes_a_conflict() -> None:
    customer = actions.create_customer(name="顾雪亭", by=BY)
    Customer.objects.filter(pk=customer.pk).update(region="城北", version=2)
    with pytest.raises(errors.EditedMeanwhile) as told:
        actions.change_customer(customer_id=customer.pk, version=1, fields={"region": "城东", "name": "顾雪亭"}, by=BY)
    assert (told.value.theirs, told.value.yours) == ({"region": "城北"}, {"region": "城东"})


def test_saving_what_is_already_there_changes_nothing() -> None:
    customer = actions.create_customer(name="顾雪亭", by=BY)
    before = Entry.objects.count()
    actions.change_customer(customer_id=customer.pk, version=1, fields={"name": "顾雪亭 "}, by=BY)
    customer.refresh_from_db()
    assert (customer.version, Entry.objects.count()) == (1, before)


def test_handing_over_is_kept_and_announced_once_for_each() -> None:
    old, new = make_user(name="甲"), make_user(name="乙")
    first, second = make_customer(owner=old), make_customer(owner=new)

    changed = actions.hand_over_customers(customer_ids=[first.pk, second.pk], owner=new, reason="调岗", by=new.actor)

    assert changed == 1
    assert list(HandOver.objects.values_list("customer_id", "old_owner_id", "new_owner_id", "by_id", "reason")) == [
        (first.pk, old.pk, new.pk, new.pk, "调岗")
    ]
    first.refresh_from_db()
    assert (first.owner, first.version) == (new, 2)
    told = {"customer_id": first.pk, "old_owner_id": old.pk, "new_owner_id": new.pk, "hand_over_id": HandOver.objects.get().pk}
    assert announced() == [("customers.handed_over", {**told, "together": False})]


def test_a_bulk_act_on_nobody_is_refused() -> None:
    with pytest.raises(errors.NothingChosen):
        actions.hand_over_customers(customer_ids=[], owner=None, by=BY)


def test_a_closed_file_takes_nothing_until_it_is_open_again() -> None:
    customer = actions.create_customer(name="甲", by=BY)
    actions.deactivate_customer(customer_id=customer.pk, by=BY)
    with pytest.raises(errors.FileClosed):
        actions.note_interaction(customer_id=customer.pk, kind="call", text="", by=BY)
    actions.reactivate_customer(customer_id=customer.pk, by=BY)
    actions.note_interaction(customer_id=customer.pk, kind="call", text="", by=BY)


def test_a_call_is_contact_and_a_note_is_not() -> None:
    customer = actions.create_customer(name="甲", by=BY)
    moment = timezone.now() - timedelta(days=3)
    actions.note_interaction(customer_id=customer.pk, kind="note", text="想一想", by=BY)
    customer.refresh_from_db()
    assert customer.last_contact_at is None
    actions.note_interaction(customer_id=customer.pk, kind="call", text="", occurred_at=moment, by=BY)
    actions.note_interaction(customer_id=customer.pk, kind="visit", text="", occurred_at=moment - timedelta(days=9), by=BY)
    customer.refresh_from_db()
    assert (customer.last_contact_at, customer.version) == (moment, 1)


def test_nothing_is_noted_of_the_future_or_without_words() -> None:
    customer = actions.create_customer(name="甲", by=BY)
    with pytest.raises(errors.DayInFuture):
        actions.note_interaction(customer_id=customer.pk, kind="call", text="", occurred_at=timezone.now() + timedelta(hours=1), by=BY)
    with pytest.raises(errors.TextMissing):
        actions.note_interaction(customer_id=customer.pk, kind="note", text="  ", by=BY)


def test_contacts_and_points_one_first_of_each_kind() -> None:
    customer = actions.create_customer(name="恒达", phones=["0755-12345678 转 801"], by=BY)
    spouse = actions.add_contact(customer_id=customer.pk, name="郭先生", role="配偶", phone="13900000416", is_primary=True, by=BY)
    driver = actions.add_contact(customer_id=customer.pk, name="司机", is_primary=True, by=BY)
    spouse.refresh_from_db()
    assert (spouse.is_primary, driver.is_primary) == (False, True)

    second = actions.add_point(customer_id=customer.pk, kind="phone", value="13800138000", is_primary=True, by=BY)
    own = customer.points.filter(contact=None).order_by("pk")
    assert [(point.key, point.is_primary) for point in own] == [("075512345678x801", False), ("13800138000", True)]
    with pytest.raises(errors.PointAlreadyThere):
        actions.add_point(customer_id=customer.pk, kind="phone", value="+86 138-0013-8000", by=BY)
    actions.remove_point(point_id=second.pk, by=BY)
    assert [(point.key, point.is_primary) for point in own.all()] == [("075512345678x801", True)]
    actions.remove_contact(contact_id=spouse.pk, by=BY)
    assert not ContactPoint.objects.filter(key="13900000416").exists()


def test_the_database_itself_keeps_one_first_number_and_no_number_twice() -> None:
    customer = make_customer()
    ContactPoint.objects.create(customer=customer, kind="phone", value="1", key="13800138000", is_primary=True)
    for duplicate in ({"key": "13800138000"}, {"key": "13800138001", "is_primary": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactPoint.objects.create(customer=customer, kind="phone", value="1", **duplicate)


def test_looking_at_a_number_leaves_a_trace_without_the_number() -> None:
    customer = actions.create_customer(name="甲", phones=["13812342207"], by=BY)
    shown = actions.reveal_point(point_id=customer.points.get().pk, by=Actor(id=7, name="何志远"))
    assert shown == "13812342207"
    entry = Entry.objects.get(action="customer.reveal")
    assert (entry.actor_name, entry.record_id) == ("何志远", str(customer.pk))
    assert "1234" not in str(entry.changes)


def test_an_inference_needs_its_evidence() -> None:
    customer = make_customer()
    with pytest.raises(errors.EvidenceMissing):
        actions.add_entry(customer_id=customer.pk, topic="wish", value="七座车", source="dealings", is_inference=True, certainty=68, by=BY)
    entry = actions.add_entry(
        customer_id=customer.pk,
        topic="wish",
        value="七座车",
        source="dealings",
        is_inference=True,
        certainty=68,
        evidence="询价 2 次、家中五口",
        by=BY,
    )
    assert (entry.is_inference, entry.certainty, entry.evidence) == (True, 68, "询价 2 次、家中五口")
    with pytest.raises(IntegrityError), transaction.atomic():
        FileEntry.objects.filter(pk=entry.pk).update(evidence="")


def test_prose_stays_as_it_was_written_and_names_come_to_one_form() -> None:
    customer = actions.create_customer(name="恒达（集团）", salutation="孟总，您好", by=BY)
    entry = actions.add_entry(customer_id=customer.pk, topic="family", value="两个孩子，大的刚高考\t\x00 ", source="dealings", by=BY)
    assert (customer.name, customer.salutation, entry.value) == ("恒达(集团)", "孟总，您好", "两个孩子，大的刚高考")


def test_a_newer_value_supersedes_once() -> None:
    customer = make_customer()
    first = actions.add_entry(customer_id=customer.pk, topic="hobby", choice="sports", value="羽毛球", source="events", by=BY)
    second = actions.supersede_entry(entry_id=first.pk, choice="sports", value="网球", source="customer", by=BY)
    first.refresh_from_db()
    assert (first.value, first.superseded_by, second.topic) == ("羽毛球", second, "hobby")
    with pytest.raises(errors.EntryAlreadySuperseded):
        actions.supersede_entry(entry_id=first.pk, value="游泳", source="customer", by=BY)


def test_plates_and_vins_are_kept_in_one_form_and_days_must_exist() -> None:
    customer = make_customer()
    asset = actions.add_asset(customer_id=customer.pk, name="云岫 S5", plate="澄a·3k72q", vin="lsv-abc 123", by=BY)
    assert (asset.plate, asset.vin) == ("澄A3K72Q", "LSVABC123")
    with pytest.raises(errors.InvalidDay):
        actions.add_occasion(customer_id=customer.pk, label="生日", month=2, day=30, by=BY)
    actions.add_occasion(customer_id=customer.pk, label="生日", calendar="lunar", year=1990, month=9, day=9, by=BY)
    assert "1990" not in str(list(Entry.objects.values_list("changes", flat=True)))


def test_two_people_changing_one_asset_or_day() -> None:
    customer = make_customer()
    asset = actions.add_asset(customer_id=customer.pk, name="云岫 S5", by=BY)
    actions.change_asset(asset_id=asset.pk, version=1, fields={"note": "红色"}, by=BY)
    with pytest.raises(errors.EditedMeanwhile) as told:
        actions.change_asset(asset_id=asset.pk, version=1, fields={"note": "白色"}, by=BY)
    assert (told.value.theirs, told.value.yours) == ({"note": "红色"}, {"note": "白色"})
    day = actions.add_occasion(customer_id=customer.pk, label="生日", month=9, day=9, by=BY)
    actions.change_occasion(occasion_id=day.pk, version=1, fields={"year": 1990}, by=BY)
    assert Occasion.objects.get().year == 1990
    with pytest.raises(errors.EditedMeanwhile):
        actions.change_occasion(occasion_id=day.pk, version=1, fields={"day": 8}, by=BY)


def test_what_was_believed_of_a_day_stays_beneath_the_day() -> None:
    customer, asker = make_customer(), make_user()
    day = actions.add_occasion(customer_id=customer.pk, label="生日", month=9, day=9, by=BY)
    Occasion.objects.update(collected_on=dt.date(2024, 5, 1))

    changed = {"calendar": "lunar", "month": 8, "day": 15, "source": "dealings", "purpose": "生日问候"}
    actions.change_occasion(occasion_id=day.pk, version=1, fields=changed, by=asker.actor)
    actions.change_occasion(occasion_id=day.pk, version=2, fields={"purpose": "问候"}, by=asker.actor)  # not another day

    day.refresh_from_db()
    today = today_of(customer)
    assert (day.calendar, day.month, day.day, day.purpose, day.collected_on, day.collected_by) == ("lunar", 8, 15, "问候", today, asker)
    assert [
        (was.calendar, was.month, was.day, was.source, was.purpose, was.collected_on, was.collected_by) for was in days_before(day)
    ] == [("solar", 9, 9, "customer", "", dt.date(2024, 5, 1), None)]
    actions.remove_occasion(occasion_id=day.pk, by=BY)
    assert OccasionBefore.objects.count() == 0


class Superseding(TestCase):
    @given(values=st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20), min_size=1, max_size=6))
    @settings(max_examples=20)
    def test_superseding_keeps_every_value_ever_known_in_order(self, values: list[str]) -> None:
        from kexin.loop.customers import queries  # noqa: PLC0415 -- beside its one use

        customer = make_customer()
        entry = actions.add_entry(customer_id=customer.pk, topic="note", value=values[0], source="dealings", by=BY)
        for value in values[1:]:
            entry = actions.supersede_entry(entry_id=entry.pk, value=value, source="dealings", by=BY)

        assert [old.value for old in queries.entry_history(entry)] == values[::-1]
        assert list(FileEntry.objects.filter(customer=customer, superseded_by=None)) == [entry]
