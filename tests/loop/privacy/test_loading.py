"""Consents of another system, taken in from a file: as strictly as one at a time, and back again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.factories.customers import make_customer
from tests.factories.imports import counts, load_csv, load_path, undo
from tests.factories.privacy import make_consent
from tests.loop.privacy.test_erasing import _empty_folder, clear_up, erase, traces  # noqa: F401 -- a fixture among them

from kexin.ground.audit.actor import Actor
from kexin.ground.imports.models import Refusal
from kexin.loop.customers import actions
from kexin.loop.privacy import queries
from kexin.loop.privacy.models import Consent, Purpose
from kexin.surfaces.cli.export import export

BY = Actor(id=None, name="杜林")
HEADINGS = ["客户编号", "用途", "授权同意", "时间", "渠道", "取得方式", "原话"]


@pytest.mark.django_db
def test_what_was_said_is_taken_in_once_with_its_proof_and_taken_back() -> None:
    one, gone = make_customer(code="K1"), make_customer(code="K2")
    actions.merge_customers(survivor_id=one.pk, merged_id=gone.pk, by=BY)
    Purpose.objects.create(code="old", name_zh="旧用途", is_active=False)
    survey = Purpose.objects.get(code="survey")
    rows = [
        ["K1", "survey", "同意", "2024-03-05 10:00", "电话", "书面", "同意回访"],
        ["K2", survey.name_zh, "撤回", "2024-04-01", "", "", ""],  # of the file that went up in K1
        ["K1", "survey", "同意", "2024-03-05 10:00", "电话", "书面", "同意回访"],  # the same again
        ["K1", "survey", "同意", "2024-05-05", "", "", ""],  # no proof
        ["K1", "nothing", "同意", "2024-05-05", "", "", "好"],
        ["K1", "old", "同意", "2024-05-05", "", "", "好"],
        ["K1", "survey", "同意", "2999-01-01", "", "", "好"],
        ["K1", "survey", "也许", "2024-05-05", "", "", "好"],
        ["K9", "survey", "撤回", "2024-05-05", "", "", ""],
        ["K1", "survey", "同意", "2024-05-05", "", "", "好" * 501],
        ["K1", "survey", "同意", "", "", "", "好"],
    ]

    run = load_csv("consents", HEADINGS, rows)

    assert counts(run) == ("done", 11, 2, 0, 1, 8)
    assert sorted(run.summary["reasons"]) == [
        "bad_choice purpose", "bad_choice state", "consent_unproven", "customer_unknown", "in_future occurred_at", "missing occurred_at",
        "purpose_unused", "text_too_long words",
    ]  # fmt: skip
    assert list(Consent.objects.order_by("occurred_at").values_list("customer", "state", "channel", "how", "words")) == [
        (one.pk, "given", "phone", "written", "同意回访"),
        (one.pk, "withdrawn", "", "import", ""),
    ]
    assert not queries.may_contact(one, "survey", "phone").allowed
    assert counts(load_csv("consents", HEADINGS, rows))[2:5] == (0, 0, 3)
    undo(run)
    assert not Consent.objects.exists()


@pytest.mark.django_db
def test_what_is_exported_is_read_again_and_changes_nothing(tmp_path: Path) -> None:
    customer = make_customer(code="K1")
    make_consent(customer, by=BY, code="survey", words="=好的", occurred_at=dt.datetime(2024, 3, 5, 2, 30, tzinfo=dt.UTC), channel="email")
    make_consent(customer, by=BY, code="survey", state="withdrawn", words="")
    for ending in (".csv", ".xlsx"):
        answer = CliRunner().invoke(export, ["consents", str(tmp_path / f"c{ending}")])
        assert answer.exit_code == 0, answer.output

        run = load_path("consents", tmp_path / f"c{ending}")

        assert counts(run) == ("done", 2, 0, 0, 2, 0), (run.columns, run.summary)


@pytest.mark.django_db(transaction=True)
def test_the_file_a_consent_came_from_goes_with_the_person() -> None:
    customer = make_customer(code="K1", name="王芳")
    load_csv("consents", HEADINGS, [["K1", "survey", "同意", "2024-03-05", "", "", "我家在协和医院旁边可以打电话"]])
    assert traces({"words": "我家在协和医院旁边可以打电话"})

    clear_up(erase(customer))

    assert traces({"words": "我家在协和医院旁边可以打电话"}) == []
    assert not Refusal.objects.exists()
