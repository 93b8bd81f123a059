"""What people come to do, from end to end, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import PHONE, Visitor

LANGUAGES = ["zh-hans", "en"]
Come = Callable[..., Visitor]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sign_in_and_out(visitor: Come, language: str) -> None:
    here = visitor(None, language=language)
    page = here.page
    here.open("/customers/")
    assert "/accounts/login/" in page.url  # asked to sign in first, then brought where one wanted to go

    page.fill("input[name=login]", "lead")
    page.fill("input[name=password]", "not the password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".kx-error, [role=alert]")
    page.fill("input[name=login]", "lead")
    page.fill("input[name=password]", here.server.seed["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/")

    assert "何志远" in page.inner_text(".kx-who")
    page.click("header .kx-menu > summary")
    page.click("header form[action$='/logout/'] button")
    page.wait_for_url("**/accounts/login/**")
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_from_done_with_the_keyboard(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/?scope=mine")

    page.keyboard.press("j")
    first = page.locator(".kx-row-t[aria-current]")
    title = first.locator(".t1").first.inner_text()
    page.keyboard.press("e")
    page.wait_for_selector(".kx-ended")
    assert title in page.inner_text(".kx-ended")
    page.click(".kx-ended button")
    page.wait_for_selector(".kx-ended", state="detached")

    assert page.locator(f".kx-row-t:has-text('{title}')").count() == 1
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_told_and_search_is_reached(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/")

    page.keyboard.press("?")
    assert page.locator("dialog#keys[open] dt").count() >= 5
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    assert page.evaluate("() => document.activeElement.id") == "global-search"


@pytest.mark.parametrize("language", LANGUAGES)
def test_note_something_about_somebody_found_by_pinyin(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/")

    page.keyboard.press("n")
    page.wait_for_selector("#note-find")
    page.fill("#note-find", "gxt")
    page.wait_for_selector("#note-found input[name=customer]")
    page.check("#note-found input[name=customer]")
    page.wait_for_selector("#note-asks input")
    page.fill("#note-asks input >> nth=0", f"想要代步车（{language}）")
    said = f"说好周五来取车（{language}）"
    page.fill("#note [name=text]", said)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/customers/*/")

    assert said in page.inner_text("main")
    assert f"想要代步车（{language}）" in page.inner_text("main")
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_find_by_pinyin_and_edit(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/")

    page.fill("#global-search", "zenglingyi" if language == "en" else "zly")
    page.wait_for_selector("#global-found a:has-text('曾令仪')")
    page.click("#global-found a:has-text('曾令仪')")
    page.wait_for_url("**/customers/*/")
    page.goto(page.url + "edit/")
    page.fill("input[name=salutation]", "先生" if language == "zh-hans" else "Mr")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith("/edit/"))

    assert ("先生" if language == "zh-hans" else "Mr") in page.inner_text("main")
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_survives_a_reload(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/todos/new/")

    page.fill("input[name=title]", "还没写完的一件")
    page.reload()
    here.settle()

    assert page.input_value("input[name=title]") == "还没写完的一件"
    assert page.locator("form .kx-message").count() == 1
    page.click("form .kx-message button")
    assert page.input_value("input[name=title]") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_import_with_errors_and_undo(visitor: Come, language: str, tmp_path: Path) -> None:
    here = visitor("boss", language=language)
    page = here.page
    mark = "Z" if language == "en" else "Y"
    file = tmp_path / f"customers-{language}.csv"
    file.write_text(
        f"客户编号,客户名称,手机\n{mark}1,钱多多{mark},13900001111\n{mark}2,,13900002222\n{mark}3,孙小小{mark},138abc\n",
        encoding="utf-8-sig",
    )

    here.open("/imports/new/")
    page.check("input[name=kind][value=customers]")
    page.set_input_files("input[name=file]", file)
    page.click("main form .btn-primary")
    page.wait_for_url("**/imports/*/**")
    page.click("button[form=matching].btn-primary")  # dry run
    page.wait_for_selector("form[action$='/start/'] .btn-primary", timeout=60_000)
    assert "钱多多" not in _customers(here)
    page.click("form[action$='/start/'] .btn-primary")
    page.wait_for_selector("[data-opens=undo-import]", timeout=60_000)
    assert page.locator("a[href*='/files/']").count() == 1  # the refused rows with their reasons

    assert f"钱多多{mark}" in _customers(here, find="钱多多")
    page.go_back()
    page.wait_for_selector("[data-opens=undo-import]", timeout=60_000)
    page.click("[data-opens=undo-import]")
    page.click("#undo-import .btn.danger")
    # The button goes at once, the rows when the worker has taken them back.
    page.get_by_text("Undone" if language == "en" else "已撤销", exact=True).first.wait_for(timeout=60_000)
    assert f"钱多多{mark}" not in _customers(here, find="钱多多")
    assert here.complaints == []


def _customers(here: Visitor, find: str = "") -> str:
    """The list of customers as this person sees it, asked in another window."""
    other = here.context.new_page()
    other.goto(here.server.address(f"/customers/?q={find}"))
    text = other.inner_text("main")
    other.close()
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulate_and_apply_a_tier_rule(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/standing/")

    page.click("form[action$='/rules/new/'] button")
    page.wait_for_url("**/standing/rules/*/")
    line = page.locator("input[name^='tiers.A.'][name$='.value']").first
    line.fill("35" if language == "en" else "40")
    page.click("button[name=simulate]")
    page.wait_for_selector("#simulation .kx-strip")
    if page.locator("form[action$='/apply/']").count() == 0:  # key customers would slip: look at them first
        page.click("a[href$='/affected/']")
        page.click("form[action$='/looked/'] button")
        page.wait_for_selector("form[action$='/apply/']")
    page.click("form[action$='/apply/'] button")
    page.wait_for_load_state()

    assert page.locator("form[action$='/apply/']").count() == 0
    assert here.complaints == []


def test_the_phone_has_its_own_menu(visitor: Come) -> None:
    here = visitor("boss", size=PHONE)
    page = here.page
    here.open("/")

    page.click(".kx-tabs [popovertarget=more]")

    assert page.locator("#more:popover-open a").count() >= 5
    assert page.locator(".kx-side").is_visible() is False


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "宋佩"), ("en", "陆鸣")])
def test_a_customer_of_the_pool_is_claimed_in_two_clicks(visitor: Come, language: str, name: str) -> None:
    here = visitor("lead", language=language)
    page = here.page
    here.open("/ownership/")

    page.click(f"#list tbody a:has-text('{name}')")
    page.wait_for_selector("form[action$='/claim/'] button")
    page.click("form[action$='/claim/'] button")
    page.wait_for_url("**/customers/*/")

    assert "何志远" in page.inner_text("#caring")
    assert here.complaints == []


@pytest.mark.parametrize(
    ("language", "question", "choice"), [("zh-hans", "平时压多少货", "几乎不压货"), ("en", "Are they hard-working", "Yes")]
)
def test_what_is_missing_is_answered_from_the_customer_page(visitor: Come, language: str, question: str, choice: str) -> None:
    here = visitor("lead", language=language)
    page = here.page
    here.open("/customers/{customer}/")

    page.click("#choosing .kx-how")
    page.click(f"#terms a:has-text('{question}')")
    page.get_by_label(choice, exact=True).check()
    page.click("main form .btn-primary")
    page.wait_for_url("**/choosing/customers/*/")

    assert page.locator(f"#terms tr:has(th:text-is('{question}')) .kx-chip.kx-good").count() == 1
    assert here.complaints == []
