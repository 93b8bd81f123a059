"""Text: one comparable form, masks for what is sensitive, readings of Chinese names, and the tokens search is made of."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Surnames whose reading differs from the character's usual one (compiled from Xinhua Zidian's surname readings).
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "查": "zha", "区": "ou", "仇": "qiu", "朴": "piao", "盖": "ge", "翟": "zhai",
    "乐": "yue", "尉": "wei", "任": "ren", "华": "hua", "召": "shao", "员": "yun", "祭": "zhai", "缪": "miao", "谌": "chen",
    "折": "she", "种": "chong", "重": "chong", "黑": "he", "秘": "bi", "冼": "xian", "能": "nai", "逄": "pang", "繁": "po",
    "覃": "qin", "薄": "bo", "牟": "mu", "适": "kuo", "宿": "su", "车": "che", "葛": "ge", "燕": "yan", "俞": "yu", "郗": "xi",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "令狐": ("ling", "hu"), "宓": ("mi",), "皇甫": ("huang", "fu"),
}  # fmt: skip

UNSEEN = {"Cc", "Cf", "Cs"}  # control and format characters, lone surrogates
MOBILE, SHORT, MASKED_ID, TAX_LENGTH = 11, 7, 4, 18

_SPACE = re.compile(r"\s+")
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
_NOT_CODE = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """One comparable form: full width becomes half width, control characters go, runs of space become one."""
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", text))  # tabs and line ends are spaces before control characters go
    return _SPACE.sub(" ", "".join(c for c in plain if unicodedata.category(c) not in UNSEEN)).strip()


def digits(text: str) -> str:
    """Only the ASCII digits of a text, full-width ones included."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")


def code_key(text: str) -> str:
    """The comparable form of a code, plate or VIN: lower case, without spaces and punctuation."""
    return _NOT_CODE.sub("", normalise(text).lower())


def mask_phone(text: str) -> str:
    """`13812342207` → `138 •••• 2207`; a short number keeps its last two digits."""
    number = digits(text)
    if len(number) > MOBILE and number.startswith("86"):
        number = number[2:]
    if len(number) < SHORT:
        return f"•••• {number[-2:]}" if number else ""
    return f"{number[:3]} •••• {number[-4:]}"


def mask_email(text: str) -> str:
    """`wang.wei@example.com` → `w•••@example.com`."""
    local, at, domain = text.partition("@")
    return f"{local[:1]}•••{at}{domain}" if at else f"{text[:1]}•••" if text else ""


def mask_id(text: str) -> str:
    """An identity number or account: first and last two characters."""
    return f"{text[:2]}••••{text[-2:]}" if len(text) > MASKED_ID else "••••" if text else ""


def mask_name(text: str) -> str:
    """A name somebody may not see in full: its first character."""
    return f"{text[:1]}••" if text else ""


@cache
def _readings() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 -- 40,000 entries: only where Chinese is read

    return pinyin_dict  # type: ignore[no-any-return] -- an untyped library


@cache
def syllable(character: str) -> str:
    """The most usual reading of one character without its tone, `""` where it has none (`ü` is written v)."""
    marked = _readings().get(ord(character), "").split(",")[0]
    without_tone = _TONES.sub("", unicodedata.normalize("NFD", marked))  # the two dots over u are no tone: they stay
    return "".join("v" if c == "ü" else c for c in unicodedata.normalize("NFC", without_tone) if c.isalpha())


def _syllables(name: str) -> list[str]:
    """One reading for each character; Latin letters and digits stand for themselves; the rest reads as nothing."""
    lower = name.lower()
    read = [(c if c.isascii() and c.isalnum() else syllable(c)) for c in lower]
    for length in (2, 1):
        surname = COMPOUND_SURNAMES.get(lower[:length])
        if surname:
            return [*surname, *read[len(surname) :]]
    if lower[:1] in SURNAMES:
        read[0] = SURNAMES[lower[0]]
    return read


def readings_of(name: str) -> list[list[str]]:
    """The ways a name may be read, as syllables: with the surname's own reading, and with the character's usual one."""
    plain = normalise(name)
    as_surname = _syllables(plain)
    usual = [(c if c.isascii() and c.isalnum() else syllable(c)) for c in plain.lower()]
    return [as_surname] if as_surname == usual else [as_surname, usual]


def pinyin_of(name: str) -> str:
    """`曾令仪` → `zenglingyi`: full pinyin without tones, surnames read as surnames."""
    return "".join(_syllables(normalise(name)))


def initials_of(name: str) -> str:
    """`曾令仪` → `zly`."""
    return "".join(part[:1] for part in _syllables(normalise(name)))


def bigrams(text: str) -> list[str]:
    """Each pair of neighbouring characters of a comparable text, then its last character: any part of it can be found."""
    plain = normalise(text).lower()
    return [plain[i : i + 2] for i in range(len(plain))]


_TAX_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_TAX_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def tax_check_character(first_17: str) -> str:
    """The check character of a unified social credit code 统一社会信用代码 (GB 32100-2015, modulus 31).

    Raises ValueError for a character the code does not use (I O S V Z among them).
    """
    total = sum(_TAX_CHARACTERS.index(c) * weight for c, weight in zip(first_17, _TAX_WEIGHTS, strict=True))
    return _TAX_CHARACTERS[-total % 31]


def valid_tax_number(text: str) -> bool:
    """Whether this is a whole unified social credit code: 18 characters of its alphabet and a right check character."""
    code = normalise(text).upper()
    return len(code) == TAX_LENGTH and all(c in _TAX_CHARACTERS for c in code) and tax_check_character(code[:17]) == code[17]
