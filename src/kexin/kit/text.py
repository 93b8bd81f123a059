"""Text: one comparable form, masks for what is sensitive, readings of Chinese names, and the tokens search is made of."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

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
KEY_DIGITS = 19  # of the largest key; as many or more are no key

_SPACE = re.compile(r"\s+")
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
_NOT_CODE = re.compile(r"[\W_]+")
_NOT_DIGITS = re.compile("[^0-9]+")
_SURNAME_STARTS = frozenset(SURNAMES) | {name[0] for name in COMPOUND_SURNAMES}


def normalise(text: str) -> str:
    """One comparable form: full width becomes half width, control characters go, runs of space become one."""
    if text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFKC", text)):
        # Printable: no control character, no space but the plain one. Nearly every name and number.
        return " ".join(text.split()) if " " in text else text
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", text))  # tabs and line ends are spaces before control characters go
    return _SPACE.sub(" ", "".join(c for c in plain if unicodedata.category(c) not in UNSEEN)).strip()


def tidy(text: str) -> str:
    """Prose as it was written, Chinese punctuation included, without control characters and spaces at either end or doubled."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def digits(text: str) -> str:
    """Only the ASCII digits of a text, full-width ones included."""
    if text.isascii():
        return text if text.isdigit() else _NOT_DIGITS.sub("", text)
    return _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))


def code_key(text: str) -> str:
    """The comparable form of a code, plate or VIN: lower case, without spaces and punctuation."""
    lower = text.lower() if text.isascii() else normalise(text).lower()  # what normalising takes from ASCII is no letter and no digit
    return lower if lower.isascii() and lower.isalnum() else _NOT_CODE.sub("", lower)


def key_number(text: str | None) -> int | None:
    """A number of a record as an address or a form sends it; None for anything else, also for more digits than a key holds."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < KEY_DIGITS else None


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


def mask_address(text: str) -> str:
    """Where somebody lives: the first two characters, as a rule the province or the city."""
    return f"{text[:2]}••••" if text else ""


def mask_name(text: str) -> str:
    """A name somebody may not see in full: its first character."""
    return f"{text[:1]}••" if text else ""


@cache
def _readings() -> dict[int, str]:
    """The readings of 40,000 characters from that one file of pypinyin: the package would also read its dictionary of phrases."""
    package = find_spec("pypinyin")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin", name="pypinyin")
    spec = spec_from_file_location("_kexin_pinyin_dict", Path(package.submodule_search_locations[0]) / "pinyin_dict.py")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("pypinyin.pinyin_dict", name="pypinyin.pinyin_dict")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.pinyin_dict)


def syllable(character: str) -> str:
    """The most usual reading of one character without its tone, `""` where it has none (`ü` is written v)."""
    marked = _readings().get(ord(character), "").split(",")[0]
    without_tone = _TONES.sub("", unicodedata.normalize("NFD", marked))  # the two dots over u are no tone: they stay
    return "".join("v" if c == "ü" else c for c in unicodedata.normalize("NFC", without_tone) if c.isalpha())


class _Read(dict[str, str]):
    """How each character reads in a name, found once: Latin letters and digits stand for themselves, the rest reads as nothing."""

    def __missing__(self, character: str) -> str:
        self[character] = found = character if character.isascii() and character.isalnum() else syllable(character)
        return found


_READ = _Read()


def readings(comparable: str) -> list[list[str]]:
    """`readings_of` for a text that is normal and in lower case already."""
    usual = [_READ[c] for c in comparable]
    if comparable[:1] not in _SURNAME_STARTS:
        return [usual]
    as_surname = _with_surname(comparable, usual)
    return [usual] if as_surname == usual else [as_surname, usual]


def _with_surname(comparable: str, usual: list[str]) -> list[str]:
    for length in (2, 1):
        surname = COMPOUND_SURNAMES.get(comparable[:length])
        if surname:
            return [*surname, *usual[len(surname) :]]
    first = SURNAMES.get(comparable[:1])
    return usual if first is None else [first, *usual[1:]]


def readings_of(name: str) -> list[list[str]]:
    """The ways a name may be read, as syllables: with the surname's own reading, and with the character's usual one."""
    return readings(normalise(name).lower())


def pinyin_of(name: str) -> str:
    """`曾令仪` → `zenglingyi`: full pinyin without tones, surnames read as surnames."""
    return "".join(readings_of(name)[0])


def initials_of(name: str) -> str:
    """`曾令仪` → `zly`."""
    return "".join(part[:1] for part in readings_of(name)[0])


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
