"""Names, numbers and masks. Surname readings: Xinhua Zidian; the tax number is the example of GB 32100-2015's check rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.kit import text


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("曾令仪", "zenglingyi", "zly"),
        ("单于航", "chanyuhang", "cyh"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("解缙", "xiejin", "xj"),
        ("查良镛", "zhaliangyong", "zly"),
        ("区志强", "ouzhiqiang", "ozq"),
        ("仇若水", "qiuruoshui", "qrs"),
        ("吕布", "lvbu", "lb"),
        ("Smith", "smith", "smith"),
    ],
)
def test_names_are_read_as_people_say_them(name: str, pinyin: str, initials: str) -> None:
    assert text.pinyin_of(name) == pinyin
    assert "".join(text.readings_of(name)[0]) == pinyin
    if not name.isascii():
        assert text.initials_of(name) == initials


def test_polyphonic_surnames_are_also_known_under_the_usual_reading() -> None:
    assert text.readings_of("单雄信") == [["shan", "xiong", "xin"], ["dan", "xiong", "xin"]]
    assert text.readings_of("王伟") == [["wang", "wei"]]


def test_one_comparable_form() -> None:
    assert text.normalise("\t ＡＢＣ　１２３\n\x00x ") == "ABC 123x".replace("3x", "3 x")
    assert text.digits("＋８６ 138-1234 2207") == "8613812342207"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13812342207", "138 •••• 2207"), ("+86 138 1234 2207", "138 •••• 2207"), ("12345", "•••• 45"), ("", "")],
)
def test_phone_masks(number: str, shown: str) -> None:
    assert text.mask_phone(number) == shown


def test_other_masks() -> None:
    assert text.mask_email("wang.wei@example.com") == "w•••@example.com"
    assert text.mask_id("110101199001011234") == "11••••34"
    assert text.mask_name("王伟") == "王••"


def test_tax_numbers_are_checked() -> None:
    assert text.valid_tax_number("91350100M000100Y43")
    assert not text.valid_tax_number("91350100M000100Y44")
    assert not text.valid_tax_number("91350100I000100Y43")
    assert not text.valid_tax_number("")


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_a_computed_check_character_is_valid(first: str) -> None:
    assert text.valid_tax_number(first + text.tax_check_character(first))


@given(st.text())
def test_normalising_twice_changes_nothing_more(value: str) -> None:
    once = text.normalise(value)
    assert text.normalise(once) == once or "\ufffd" in once


@given(st.text(min_size=9, max_size=9, alphabet="0123456789"))
def test_a_masked_phone_never_holds_the_number(number: str) -> None:
    assert number not in text.mask_phone(number)
