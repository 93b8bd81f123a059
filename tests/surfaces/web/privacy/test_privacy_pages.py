from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories.customers import make_customer
from tests.factories.privacy import VALUES, make_consent, make_person
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.models import Entry, Look
from kexin.ground.files.models import StoredFile
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.errors import LookPurposeUnknown
from kexin.loop.customers.models import Customer
from kexin.loop.privacy import actions as privacy
from kexin.loop.privacy.models import Consent, Erasure, Purpose, RetentionRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_user(role=Role.ADMINISTRATOR, sees=Sees.ALL, branch=make_branch(name="城南店"), name="林晓岚", language="en")


@pytest.fixture
def browser(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


@pytest.fixture
def customer(officer: User) -> Customer:
    return make_person(officer.actor, officer, branch=officer.branch)


def test_consent_is_noted_with_its_proof_and_taken_back_without(browser: Client, customer: Customer) -> None:
    survey = Purpose.objects.get(code="survey")
    address = reverse("privacy:consents", args=[customer.pk])

    unproven = browser.post(address, {"purpose": survey.pk, "state": "given", "how": "written"})
    assert unproven.status_code == 422
    assert "in the words used" in unproven.content.decode()
    sheet = SimpleUploadedFile("张伟签字.pdf", b"%PDF-1.4 signed")
    given = browser.post(address, {"purpose": survey.pk, "state": "given", "how": "written", "document": sheet})
    assert given.status_code == 302
    browser.post(address, {"purpose": survey.pk, "state": "withdrawn", "how": "phone"})

    assert list(Consent.objects.filter(purpose=survey).order_by("pk").values_list("state", flat=True)) == ["given", "withdrawn"]
    stored = StoredFile.objects.get(purpose="attachment")
    assert stored.name.startswith("consent-")  # what a scan is called may name somebody
    page = browser.get(address).content.decode()
    assert "withdrawn" in page
    assert browser.get(reverse("files:download", args=[stored.public_id])).status_code == 200
    assert "Consent withdrawn: Satisfaction surveys" in browser.get(reverse("customers:customer", args=[customer.pk])).content.decode()


def test_a_copy_holds_everything_in_words_and_as_data(browser: Client, customer: Customer) -> None:
    make_consent(customer, by=customer.owner.actor, code="survey", document=io.BytesIO(b"%PDF-1.4 x"), document_name="x.pdf")  # type: ignore[union-attr]  # they have one

    answer = browser.post(reverse("privacy:copy", args=[customer.pk]), {"checked": "document", "language": "en"}, follow=True)

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # a download
    page, data = archive.read("index.html").decode(), json.loads(archive.read("data.json"))
    missing = [name for name, value in VALUES.items() if value not in page and name != "tag"]
    assert missing == []
    assert missing == [name for name, value in VALUES.items() if value not in json.dumps(data, ensure_ascii=False) and name != "tag"]
    assert ("Told by the customer" in page, "Given" in page, "<td>dealings</td>" in page) == (True, True, False)
    assert data["labels"]["plate"] == "Plate"
    assert len(data["files"]) == 1
    assert f"files/{data['files'][0]}" in archive.namelist()
    assert Entry.objects.filter(action="privacy.copy", record_id=str(customer.pk)).count() == 1


def test_erasing_asks_twice_shows_what_goes_and_ends_with_a_certificate(browser: Client, customer: Customer) -> None:
    address = reverse("privacy:erase", args=[customer.pk])
    preview = browser.get(address).content.decode()
    assert "What stays, and why" in preview

    wrong = browser.post(address, {"ground": "asked", "checked": "document", "sure": "on", "confirmation": "no"})
    unsure = browser.post(address, {"ground": "asked", "checked": "document", "confirmation": customer.code})
    assert (wrong.status_code, unsure.status_code, Erasure.objects.count()) == (422, 422, 0)
    done = browser.post(address, {"ground": "asked", "checked": "document", "sure": "on", "confirmation": customer.code}, follow=True)

    told = done.content.decode()
    assert done.status_code == 200
    assert Erasure.objects.get().number in told
    assert not [value for value in VALUES.values() if value in told]


def test_the_old_address_says_that_the_person_was_erased_to_those_who_would_have_seen_it(browser: Client, customer: Customer) -> None:
    browser.post(
        reverse("privacy:erase", args=[customer.pk]), {"ground": "asked", "checked": "known", "sure": "on", "confirmation": customer.code}
    )

    gone = browser.get(reverse("customers:customer", args=[customer.pk]))
    assert gone.status_code == 410
    assert "was erased" in gone.content.decode()
    for name in ("privacy:consents", "privacy:copy", "privacy:erase", "customers:edit"):
        assert browser.get(reverse(name, args=[customer.pk])).status_code == 410
    stranger = Client()
    stranger.force_login(make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=make_branch(name="城北店")))
    assert stranger.get(reverse("customers:customer", args=[customer.pk])).status_code == 404


def test_the_report_costs_the_same_for_one_and_three(browser: Client, officer: User, django_assert_max_num_queries: Any) -> None:
    browser.get(reverse("privacy:report"))
    for _round in (1, 2):
        make_consent(make_customer(branch=officer.branch), by=officer.actor, code="survey")
        with django_assert_max_num_queries(32):
            assert browser.get(reverse("privacy:report")).status_code == 200


def test_the_report_says_who_looked_and_goes_into_a_workbook(browser: Client, customer: Customer, officer: User) -> None:
    page = browser.get(reverse("privacy:report")).content.decode()
    assert "E-mail" in page.split('id="seen"')[1].split("</section>")[0]

    book = browser.get(reverse("privacy:export"))
    assert (book.status_code, book.content[:2]) == (200, b"PK")


def test_rules_of_keeping_are_edited_and_bad_days_refused(browser: Client) -> None:
    address = reverse("privacy:keep", args=["imports.files"])

    assert browser.post(address, {"days": "60"}).status_code == 302
    assert browser.post(address, {"days": "0"}).status_code == 422
    assert browser.post(reverse("privacy:keep", args=["standing.snapshots"]), {"days": "5"}).status_code == 422
    assert browser.post(reverse("privacy:keep", args=["nothing"]), {"days": "5"}).status_code == 404
    assert RetentionRule.objects.get(name="imports.files").days == 60


def test_purposes_are_edited(browser: Client) -> None:
    fields = {
        "name_zh": "生日祝福",
        "name_en": "Birthday wishes",
        "code": "birthday",
        "needs_consent": "on",
        "position": "9",
        "is_active": "on",
    }
    assert browser.post(reverse("privacy:add_purpose"), fields).status_code == 302
    assert browser.post(reverse("privacy:add_purpose"), fields).status_code == 422
    purpose = Purpose.objects.get(code="birthday")
    assert (
        browser.post(reverse("privacy:purpose", args=[purpose.pk]), {**fields, "is_active": "", "version": purpose.version}).status_code
        == 302
    )
    stale = browser.post(reverse("privacy:purpose", args=[purpose.pk]), {**fields, "name_zh": "生日", "version": purpose.version})
    assert stale.status_code == 422
    purpose.refresh_from_db()
    assert (purpose.is_active, purpose.name_zh) == (False, "生日祝福")


def test_a_persons_address_is_shown_on_purpose_only_and_the_report_counts_it(browser: Client, customer: Customer, officer: User) -> None:
    page = browser.get(reverse("customers:customer", args=[customer.pk])).content.decode()
    assert VALUES["address"] not in page

    address = reverse("customers:reveal_field", args=[customer.pk, "address"])
    asked = browser.post(address).content.decode()
    assert VALUES["address"] not in asked
    assert 'name="purpose"' in asked
    unsaid = browser.post(address, {"purpose": "other", "words": " "}).content.decode()
    assert VALUES["address"] not in unsaid
    assert 'role="alert"' in unsaid

    shown = browser.post(address, {"purpose": "serve", "words": "明天送货"})

    assert VALUES["address"] in shown.content.decode()
    entry = Entry.objects.filter(action="customer.reveal", record_id=str(customer.pk)).order_by("-pk").first()
    assert entry is not None
    assert (entry.actor_id, entry.changes) == (officer.pk, {"address": [None, "••••"], "purpose": [None, "serve: 明天送货"]})
    assert browser.post(reverse("customers:reveal_field", args=[customer.pk, "name"])).status_code == 404
    again = browser.post(reverse("customers:reveal_asset", args=[customer.assets.get().pk])).content.decode()
    assert VALUES["vin"] in again, "the purpose is remembered for the session"
    assert 'name="purpose"' in browser.post(address, {"ask": "1"}).content.decode(), "until another one is wanted"
    report = browser.get(reverse("privacy:report")).content.decode()
    assert "明天送货" in report
    about_one = browser.get(reverse("privacy:looks", args=[customer.pk])).content.decode()
    assert "明天送货" in about_one


def test_plate_and_vin_are_masked_wherever_they_stand(browser: Client, customer: Customer, officer: User) -> None:
    asset = customer.assets.get()
    actions.change_asset(asset_id=asset.pk, version=None, fields={"plate": "京A12345"}, by=officer.actor)
    for plain in (VALUES["plate"], VALUES["vin"], "京A12345", "京A·12345", "京N·8K6R2"):
        page = browser.get(reverse("customers:customer", args=[customer.pk])).content.decode()
        assert plain not in page, plain
    assert "京A••••45" in page

    before = Look.objects.filter(what="plate").count()
    browser.get(reverse("customers:change_asset", args=[asset.pk]))

    assert Look.objects.filter(what="plate").count() == before + 1, "the form shows them whole"


def test_a_free_purpose_goes_with_the_person(customer: Customer, officer: User) -> None:
    point = customer.points.filter(contact=None, kind="phone").get()
    for words in ("送花给欧阳", "约试驾"):
        actions.reveal_point(point_id=point.pk, purpose="other", words=words, by=officer.actor)
    with pytest.raises(LookPurposeUnknown):
        actions.reveal_point(point_id=point.pk, purpose="fun", by=officer.actor)

    privacy.erase_person(customer_id=customer.pk, confirmation=customer.code, ground="asked", checked="document", by=officer.actor)

    look = Look.objects.get(what="phone", purpose="other")
    assert (look.words, look.times) == ("", 2)
