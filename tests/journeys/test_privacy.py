"""A person asks for what is kept of them, takes it home, and asks to be forgotten: as the privacy officer clicks through it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Visitor

LANGUAGES = ["zh-hans", "en"]
Come = Callable[..., Visitor]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_is_given_and_the_person_is_erased_with_a_certificate(visitor: Come, language: str, tmp_path: Path) -> None:
    here = visitor("boss", language=language)
    page = here.page
    name = {"zh-hans": "欧阳若水", "en": "尉迟惊鸿"}[language]
    here.open("/customers/new/")
    page.fill("input[name=name]", name)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url.rstrip("/").rpartition("/")[2].isdigit())
    file = page.url
    number = file.rstrip("/").rpartition("/")[2]
    code = page.locator("main").inner_text()
    assert name in code

    here.open(f"/privacy/customers/{number}/copy/")
    with page.expect_download() as coming:
        page.click("form.kx-form .kx-submit button")
    archive = tmp_path / "copy.zip"
    coming.value.save_as(archive)
    with zipfile.ZipFile(archive) as copy:
        texts = {one: copy.read(one).decode("utf-8") for one in copy.namelist() if one.endswith((".html", ".json"))}
    assert len(texts) >= 2
    assert all(name in text for text in texts.values())

    here.open(f"/privacy/customers/{number}/erase/")
    typed = page.locator("h1").inner_text().rpartition("（" if language == "zh-hans" else "(")[2].strip("()（） ")
    page.fill("input[name=confirmation]", "K-0")
    page.check("input[name=sure]")
    page.click("form.kx-form .kx-submit button.danger")
    page.wait_for_selector(".kx-field .kx-error, .errorlist, [aria-invalid=true]")  # another code is no confirmation
    page.fill("input[name=confirmation]", typed)
    page.check("input[name=sure]")
    page.click("form.kx-form .kx-submit button.danger")
    page.wait_for_url("**/privacy/erasures/*/")
    here.settle()
    assert here.axe() == []
    said = page.locator("main").inner_text()
    assert typed in said
    assert name not in said

    here.open("/privacy/")
    assert typed in page.locator("#erasures").inner_text()
    here.open(f"/customers/?q={name}")
    assert page.locator("tbody tr").count() == 0
    gone = page.goto(file)
    assert gone is not None
    assert gone.status == 410
    assert here.complaints == []
