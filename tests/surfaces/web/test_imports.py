"""The pages of an import, from choosing a file to undoing it, as a manager meets them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories.imports import csv_bytes, make_import
from tests.factories.staff import make_user

from kexin.ground.imports.models import Mapping, Run
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers.models import Customer

pytestmark = pytest.mark.django_db
HEADINGS = ["客户编号", "客户名称", "手机", "级别", "买车原因"]
ROWS = [["K1", "顾雪亭", "13800138000", "A", "x"], ["K2", "", "", "", ""]]


def signed_in(role: str = "manager", sees: str = "branch", language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    user = make_user(role=role, sees=sees)
    user.language = language
    user.save()
    client.force_login(user)
    return client


def upload(client: Client, content: bytes, name: str = "客户_8月.csv", kind: str = "customers") -> object:
    return client.post(reverse("imports:new"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_from_a_file_to_its_undoing() -> None:
    client = signed_in()
    assert upload(client, csv_bytes(HEADINGS, ROWS)).status_code == 302  # type: ignore[attr-defined] -- a response
    run = Run.objects.get()
    page = reverse("imports:import", args=[run.pk])
    text = client.get(page).content.decode()
    for words in ("对列", "名称相同", "由系统算出", "不认识", "138", "试运行"):
        assert words in text
    assert "13800138000" not in text

    fields = {f"column-{place}": field for place, field in enumerate(["code", "name", "phone", "", "note"])}
    assert client.post(reverse("imports:match", args=[run.pk]), {**fields, "remember": "门店月报"}).status_code == 302
    run.refresh_from_db()
    assert (run.state, Mapping.objects.get().columns) == (
        "checking",
        {"code": "客户编号", "name": "客户名称", "phone": "手机", "note": "买车原因"},
    )
    assert "kx-progress" in client.get(page).content.decode()
    jobs.run_here(run.job_id or 0)
    text = client.get(page).content.decode()
    for words in ("试运行结果", "没有改动任何数据", "导入 1 行", "是空的", "下载这些行和原因"):
        assert words in text
    assert not Customer.objects.exists()

    client.post(reverse("imports:start", args=[run.pk]))
    run.refresh_from_db()
    jobs.run_here(run.job_id or 0)
    assert Customer.objects.get().code == "K1"
    assert "撤销这次导入" in client.get(page).content.decode()
    client.post(reverse("imports:undo", args=[run.pk]))
    run.refresh_from_db()
    jobs.run_here(run.job_id or 0)
    assert not Customer.objects.exists()
    assert "已撤销" in client.get(page).content.decode()

    upload(client, csv_bytes(HEADINGS, ROWS))
    later = Run.objects.order_by("-pk")[0]
    assert (later.mapping_name, later.columns) == ("门店月报", run.columns)
    assert "上次对过" in client.get(reverse("imports:import", args=[later.pk])).content.decode()


@pytest.mark.parametrize(("content", "words"), [(b"", "空的"), (b"%PDF-1", "PDF"), ("客户编号\nK\0".encode(), "NUL")])
def test_files_that_cannot_be_read_are_said_on_the_page(content: bytes, words: str) -> None:
    client = signed_in()
    answer = upload(client, content)
    assert answer.status_code == 422  # type: ignore[attr-defined] -- a response
    assert words in answer.content.decode()  # type: ignore[attr-defined] -- a response
    assert not Run.objects.exists()


def test_a_missing_field_is_said_and_what_was_chosen_is_kept() -> None:
    client = signed_in(language="en")
    upload(client, csv_bytes(HEADINGS, ROWS))
    answer = client.post(reverse("imports:match", args=[Run.objects.get().pk]), {"column-0": "code"})
    assert answer.status_code == 422
    assert "No column was matched to: Name" in answer.content.decode()


def test_imports_of_others_are_not_there() -> None:
    other = make_import(created_by=make_user(role="manager").pk)
    assert signed_in().get(reverse("imports:import", args=[other.pk])).status_code == 404
    assert signed_in(sees="all").get(reverse("imports:import", args=[other.pk])).status_code == 200
    assert signed_in(role="front_line").get(reverse("imports:list")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions_however_long(count: int, django_assert_num_queries: object) -> None:
    client = signed_in(sees="all")
    for _ in range(count):
        make_import()
    client.get(reverse("imports:list"))
    with django_assert_num_queries(5):  # type: ignore[operator] -- pytest-django's fixture
        text = client.get(reverse("imports:list")).content.decode()
    assert text.count("文件.csv") == count
