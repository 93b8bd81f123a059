"""Lists people live in, as people live in them: few clicks, the keyboard, many changed at once and taken back, cards moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import PHONE, Visitor

LANGUAGES = ["zh-hans", "en"]
Come = Callable[..., Visitor]


class Clicks:
    """Clicks as a person makes them, counted."""

    def __init__(self, here: Visitor) -> None:
        self.page, self.count = here.page, 0

    def on(self, selector: str) -> None:
        self.page.click(selector)
        self.count += 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_my_customers_nobody_spoke_to_for_30_days_are_at_most_three_clicks_away(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    here.open("/")
    clicks = Clicks(here)
    clicks.on("nav a[href='/customers/']")
    here.page.wait_for_url("**/customers/")
    clicks.on(".kx-list-views a[href^='?mine=1&quiet=30']")
    here.page.wait_for_url("**quiet=30**")
    assert clicks.count <= 3
    assert here.page.locator(".kx-list-views [aria-current=true]").count() == 1
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_are_chosen_by_key_changed_after_a_preview_and_put_back(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/customers/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("[data-choose]:checked").count() == 2
    page.click("#bulk [formaction$='/edit/']")
    page.click("button[name=field][value=tag_on]")
    word = f"年会{language}"
    page.fill("#edit-value", word)
    page.click("form:has(#edit-value) .kx-submit button")
    page.wait_for_selector("#preview")
    assert here.axe() == []
    page.click("#preview form button")
    page.wait_for_url("**/lists/edits/**")
    assert here.axe() == []
    page.click("form[action$='/undo/'] button")
    page.wait_for_selector("form[action$='/undo/']", state="detached")
    here.open(f"/customers/?tag={word}")
    assert page.locator("[data-choose]").count() == 0
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_are_chosen_beside_the_table_and_stay_as_they_were_put(visitor: Come, language: str) -> None:
    here = visitor("boss", language=language)
    page = here.page
    here.open("/customers/")
    page.click(".kx-cols > summary")
    box = page.locator(".kx-cols form").bounding_box()
    table = page.locator(".kx-list-table").bounding_box()
    assert box is not None
    assert table is not None
    assert box["y"] + box["height"] <= table["y"]  # nothing of the table is covered
    page.click(".kx-cols li:has(input[value=net]) [data-earlier]")
    page.click(".kx-cols form .btn-primary")
    page.wait_for_url("**cols=**")
    here.open("/customers/")
    names = [one.get_attribute("value") for one in page.locator(".kx-cols input[name=cols]").all()]
    assert names.index("net") < names.index("class")
    page.click(".kx-cols > summary")
    page.click(".kx-cols [name=reset]")
    page.wait_for_load_state()
    here.open("/customers/")
    names = [one.get_attribute("value") for one in page.locator(".kx-cols input[name=cols]").all()]
    assert names.index("net") > names.index("class")
    assert here.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [None, PHONE])
def test_a_card_moves_by_menu_and_by_dragging(visitor: Come, language: str, size: object) -> None:
    here = visitor("boss", language=language, **({"size": size} if size else {}))
    page = here.page
    here.open(f"/customers/{here.server.seed['customer']}/projects/new/")
    page.fill("[name=name]", f"试点{language}{bool(size)}")
    page.click("main form .btn-primary")
    page.wait_for_load_state()
    here.open("/customers/projects/board/")
    card = page.locator(f"[data-card]:has-text('试点{language}{bool(size)}')").first
    lanes = [lane.get_attribute("data-lane") for lane in page.locator("[data-lane]").all()]
    card.locator("summary").click()
    card.locator(f"button[value='{lanes[1]}']").click()
    moved = page.locator(f"[data-lane='{lanes[1]}'] [data-card]:has-text('试点{language}{bool(size)}')")
    moved.wait_for()
    if size is None:
        moved.drag_to(page.locator(f"[data-lane='{lanes[2]}'] header"))
        page.locator(f"[data-lane='{lanes[2]}'] [data-card]:has-text('试点{language}{bool(size)}')").wait_for()
    assert here.complaints == []


def test_a_list_on_paper_has_its_conditions_and_its_heading_on_every_page(visitor: Come) -> None:
    here = visitor("boss", language="zh-hans")
    here.open("/customers/?kind=person&size=200")
    here.page.emulate_media(media="print")
    assert here.page.locator(".kx-paper").is_visible()
    assert not here.page.locator(".kx-list-top").is_visible()
    assert here.page.evaluate("() => getComputedStyle(document.querySelector('.kx-list-table thead')).display") == "table-header-group"
