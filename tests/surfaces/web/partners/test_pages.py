"""Pages of practices and of the directory, as people use them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_administrator, make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.files.models import StoredFile
from kexin.ground.staff.choices import Role
from kexin.ground.staff.models import User
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer
from kexin.loop.partners import actions
from kexin.loop.partners.models import Incident, Office, Partner, PartnerContact, PracticeKind

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"
BY = Actor.system("test")


@pytest.fixture
def lead() -> User:
    return make_user(branch=make_branch(), role=Role.MANAGER)


@pytest.fixture
def front(lead: User) -> User:
    return make_user(branch=lead.branch)


@pytest.fixture
def customer(lead: User) -> Customer:
    return make_customer(name="澄湖恒达", branch=lead.branch)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def test_from_the_report_to_the_answer_by_clicks(lead: User, front: User, customer: Customer) -> None:
    kind, day = PracticeKind.objects.get(name_zh="低价倾销、乱价"), timezone.localdate() - timedelta(days=3)
    told = browser(front).post(
        reverse("partners:report", args=[customer.pk]), {"kind": kind.pk, "what": "低于协议价出货", "happened_on": day}, follow=True
    )
    assert told.status_code == 200
    assert "低于协议价" not in told.content.decode()  # the file shows nothing of it
    made = Incident.objects.get()
    address = reverse("partners:incident", args=[made.pk])
    assert browser(front).get(address).status_code == 404
    assert "低于协议价" not in browser(front).get(reverse("partners:practices")).content.decode()

    boss = browser(lead)
    assert "低于协议价出货" in boss.get(address).content.decode()
    boss.post(reverse("partners:examine", args=[made.pk]))
    unheard = boss.post(reverse("partners:judge", args=[made.pk]), {"finding": "属实", "verdict": "confirmed"})
    assert (unheard.status_code, Incident.objects.get().confirmed_on) == (422, None)
    boss.post(reverse("partners:hear", args=[made.pk]), {"statement": "是门店自己做的促销"})
    boss.post(reverse("partners:evidence", args=[made.pk]), {"document": SimpleUploadedFile("发票.txt", "三张".encode(), "text/plain")})
    boss.post(reverse("partners:judge", args=[made.pk]), {"finding": "发票三张", "verdict": "confirmed"})
    other = boss.post(reverse("partners:answer", args=[made.pk]), {"answer": "talk"})
    assert (other.status_code, Incident.objects.get().answer) == (422, "")
    boss.post(reverse("partners:answer", args=[made.pk]), {"answer": "warning"})
    done = boss.post(reverse("partners:close", args=[made.pk]), follow=True)

    assert "发票.txt" in done.content.decode()
    assert Incident.objects.get().step == "closed"
    seen = browser(front).get(address).content.decode()
    assert ("低于协议价出货" in seen, "发票.txt" in seen) == (True, False)
    assert (
        reverse("partners:incident", args=[made.pk])
        in browser(front).get(reverse("customers:customer", args=[customer.pk])).content.decode()
    )


def test_a_file_added_by_mistake_is_taken_off_again(lead: User, front: User, customer: Customer) -> None:
    kind = PracticeKind.objects.get(name_zh="拖欠货款")
    made, other = (
        actions.report_practice(customer_id=customer.pk, kind_id=kind.pk, what="-", happened_on=timezone.localdate(), by=BY)
        for _ in range(2)
    )
    stored = actions.add_evidence(incident_id=made.pk, content=BytesIO(b"-"), name="错的.txt", size=1, by=BY)
    address = reverse("partners:remove_evidence", args=[made.pk])

    assert browser(front).post(address, {"stored": stored.pk}).status_code == 403
    assert browser(lead).post(address, {"stored": "x"}).status_code == 422
    assert browser(lead).post(reverse("partners:remove_evidence", args=[other.pk]), {"stored": stored.pk}).status_code == 422
    gone = browser(lead).post(address, {"stored": stored.pk}, follow=True)

    assert (gone.status_code, "错的.txt" in gone.content.decode(), StoredFile.objects.filter(pk=stored.pk).exists()) == (200, False, False)


def test_bad_input_stands_beside_its_field_and_keeps_what_was_typed(front: User, customer: Customer) -> None:
    kind = PracticeKind.objects.first()
    assert kind is not None
    typed = {"kind": kind.pk, "what": "听说在邻省出货", "happened_on": timezone.localdate() + timedelta(days=2)}

    answer = browser(front).post(reverse("partners:report", args=[customer.pk]), typed)

    assert (answer.status_code, "听说在邻省出货" in answer.content.decode()) == (422, True)
    assert not Incident.objects.exists()


def test_numbers_and_kinds(lead: User, customer: Customer) -> None:
    kind = PracticeKind.objects.get(name_zh="拖欠货款")
    actions.report_practice(customer_id=customer.pk, kind_id=kind.pk, what="三个月未付", happened_on=timezone.localdate(), by=BY)
    page = browser(lead)
    assert "拖欠货款" in page.get(reverse("partners:numbers"), {"since": "2026-02-30"}).content.decode()

    values: dict[str, Any] = {"name_zh": "拖欠货款", "name_en": "Withheld payment", "first": "warning", "second": "stop", "third": "end"}
    values |= {"repeat_months": 12, "counts_months": 36, "position": 40, "is_active": "on", "version": 1}
    page.post(reverse("partners:change_kind", args=[kind.pk]), values)
    kind.refresh_from_db()
    assert (kind.first, kind.counts_months) == ("warning", 36)
    assert page.post(reverse("partners:remove_kind", args=[kind.pk])).status_code == 409
    page.post(reverse("partners:add_kind"), values | {"name_zh": "其他", "name_en": "Other"})
    assert PracticeKind.objects.filter(name_zh="其他").exists()


def test_a_partner_with_office_and_person_is_found_near_a_customer(lead: User, front: User, customer: Customer) -> None:
    page = browser(lead)
    page.post(
        reverse("partners:new"),
        {"name": "顺达物流", "role": "carrier", "covers_regions": "浙江", "agreed_until": "2027-01-31", "is_active": "on"},
    )
    partner = Partner.objects.get()
    swapped = page.post(
        reverse("partners:add_office", args=[partner.pk]),
        {"name": "宁波站", "coordinates": "121.55, 29.87", "system": "wgs84", "is_active": "on"},
    )
    assert swapped.status_code == 422
    page.post(
        reverse("partners:add_office", args=[partner.pk]),
        {"name": "宁波站", "coordinates": "29.87, 121.55", "system": "wgs84", "hours": "8–20", "is_active": "on"},
    )
    office = Office.objects.get()
    page.post(
        reverse("partners:add_contact", args=[partner.pk]), {"name": "老陈", "role": "派车", "office": office.pk, "phone": "0574-8888"}
    )
    Office.objects.update(system="gcj02")
    hours = {
        "name": "宁波站",
        "coordinates": "29.87, 121.55",
        "system": "wgs84",
        "hours": "8–20",
        "is_active": "on",
        "version": office.version,
    }
    page.post(reverse("partners:change_office", args=[office.pk]), {**hours, "region": "浙江 宁波"})
    assert Office.objects.get().region == "浙江 宁波"
    assert Office.objects.get().system == "gcj02"  # the place was not touched
    seen = browser(front).get(reverse("partners:partner", args=[partner.pk])).content.decode()
    assert all(words in seen for words in ("顺达物流", "宁波站", "老陈", "8–20"))

    assert "宁波站" not in browser(front).get(reverse("partners:nearest", args=[customer.pk])).content.decode()
    customers.say_where(customer_id=customer.pk, given="30.2741, 120.1551", by=BY)
    near = browser(front).get(reverse("partners:nearest", args=[customer.pk])).content.decode()
    assert "宁波站" in near
    assert "141.5" in near  # kilometres from Hangzhou to Ningbo

    page.post(reverse("partners:change_contact", args=[PartnerContact.objects.get().pk]), {"name": "陈师傅"})
    page.post(reverse("partners:remove_contact", args=[PartnerContact.objects.get().pk]))
    page.post(reverse("partners:remove_office", args=[office.pk]))
    assert (PartnerContact.objects.count(), Office.objects.count()) == (0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_both_lists_cost_the_same_at_any_length(lead: User, customer: Customer, count: int, django_assert_num_queries: Any) -> None:
    page = browser(lead)
    kind = PracticeKind.objects.get(name_zh="拖欠货款")
    for number in range(count):
        actions.report_practice(customer_id=customer.pk, kind_id=kind.pk, what="-", happened_on=timezone.localdate(), by=BY)
        partner = actions.add_partner(fields={"name": f"伙伴{number}", "role": "supplier"}, by=BY)
        actions.add_office(partner_id=partner.pk, fields={"name": "总部"}, by=BY)
    for address, statements in ((reverse("partners:practices"), 10), (reverse("partners:list"), 9)):
        page.get(address)
        with django_assert_num_queries(statements):
            page.get(address)


def test_a_branch_says_where_it_stands(customer: Customer, lead: User) -> None:
    page, branch = browser(make_administrator()), lead.branch
    assert branch is not None
    address = reverse("staff:locate_branch", args=[branch.pk])

    assert page.post(address, {"coordinates": "120.16, 30.27", "system": "wgs84"}).status_code == 422
    page.post(address, {"coordinates": "30.27, 120.16", "system": "gcj02"})

    branch.refresh_from_db()
    assert branch.latitude == pytest.approx(30.27, abs=0.01)
    assert "30.27" in page.get(reverse("staff:branch", args=[branch.pk])).content.decode()


def test_a_customer_says_where_it_is(customer: Customer, front: User) -> None:
    page, address = browser(front), reverse("customers:coordinates", args=[customer.pk])

    assert page.post(address, {"coordinates": "120.16, 30.27", "system": "wgs84", "source": "dealings"}).status_code == 422
    page.post(address, {"coordinates": "30.27, 120.16", "system": "wgs84", "source": "dealings"})

    assert "30.27000, 120.16000" in page.get(address).content.decode()
    page.post(reverse("customers:forget_coordinates", args=[customer.pk]))
    assert not customer.coordinates.filter(is_current=True).exists()
