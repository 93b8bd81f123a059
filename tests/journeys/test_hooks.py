"""An administrator lets another program hear what happens, and takes it back; a person makes a token and revokes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import PHONE, WIDE, Visitor

Come = Callable[..., Visitor]


@pytest.mark.parametrize(("language", "size"), [("zh-hans", PHONE), ("en", WIDE)])
def test_a_hook_is_registered_tested_switched_and_removed(visitor: Come, language: str, size: dict[str, int]) -> None:
    here = visitor("boss", language=language, size=size)
    page = here.page
    here.open("/hooks/")
    page.click("a[href='/hooks/new/'] >> visible=true")

    page.fill("input[name=name]", "数据仓库")
    page.fill("input[name=url]", "https://127.1/kexin")
    page.check("input[value='customers.created']")
    page.click("main form:has(input[name=url]) button.btn-primary")
    page.wait_for_selector(".invalid-feedback, .is-invalid")
    assert page.input_value("input[name=name]") == "数据仓库", "what was typed is kept"
    page.fill("input[name=url]", "https://dw.example.com/kexin")
    page.click("main form:has(input[name=url]) button.btn-primary")

    assert page.input_value("#secret").startswith("whsec_")
    page.click("form[action$='/test/'] button")
    page.wait_for_url("**/hooks/deliveries/*/")
    assert "hooks.test" in page.inner_text("pre")
    page.click("main a[href^='/hooks/'], .kx-main a[href^='/hooks/']")
    page.wait_for_load_state()
    assert page.locator("#secret").count() == 0, "shown once"
    page.click("form[action$='/off/'] button")
    page.wait_for_selector("form[action$='/on/'] button")
    page.click("form[action$='/on/'] button")
    page.wait_for_selector("form[action$='/off/'] button")
    page.click("details:has(form[action$='/remove/']) summary")
    page.click("form[action$='/remove/'] button")
    page.wait_for_url("**/hooks/")

    assert page.locator("text=dw.example.com").count() == 0
    assert here.complaints == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_token_is_made_shown_once_and_revoked(visitor: Come, language: str) -> None:
    here = visitor("lead", language=language)
    page = here.page
    here.open("/tokens/")
    page.fill("input[name=name]", "夜间报表二")
    page.check("input[value='customers:read']")
    page.click("form:has(input[name=days]) button.btn-primary")

    assert page.input_value("#token").startswith("kx_")
    here.open("/tokens/")
    assert page.locator("#token").count() == 0
    page.click("form[action$='/revoke/'] button")
    page.wait_for_load_state()
    assert page.locator("form[action$='/revoke/'] button").count() == 0
    assert here.complaints == []
