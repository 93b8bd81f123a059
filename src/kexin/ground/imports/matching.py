"""Which column means which field: remembered, the same words, or a guess that says how sure it is. Pure."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SURE_ENOUGH = 0.55  # a guess below is not offered
CERTAIN_ENOUGH = 0.8  # a guess below is shown to be checked


class Why(StrEnum):
    REMEMBERED = "remembered"  # a mapping kept by name has this very column
    SAME = "same"  # the heading is one of the field's words
    GUESSED = "guessed"  # the heading resembles one
    CHOSEN = "chosen"  # a person said so
    NONE = "none"


@dataclass(frozen=True)
class Match:
    field: str
    why: Why
    confidence: float  # 0 to 1


def plain(heading: str) -> str:
    """A heading in comparable form: no case, width, spaces, units in brackets or punctuation."""
    return _plain(heading)


@functools.lru_cache(maxsize=20_000)
def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = re.sub(r"[\(\[【〔][^)\]】〕]*[\)\]】〕]", "", text) or text
    return re.sub(r"[\W_]+", "", text)


def with_brackets(heading: str) -> str:
    """生日(农历) differs from 生日 by what stands in the brackets."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


class Words:
    """The words of a loader's fields, looked up once."""

    def __init__(self, fields: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.words: dict[str, str] = {}
        self.by_field: dict[str, list[str]] = {}
        for name, synonyms in fields:
            forms = list(dict.fromkeys(with_brackets(word) for word in (name, *synonyms)))
            self.by_field[name] = forms
            for form in forms:
                self.words.setdefault(form, name)

    def knows(self, heading: str) -> bool:
        return with_brackets(heading) in self.words or plain(heading) in self.words

    def same(self, heading: str) -> str | None:
        return self.words.get(with_brackets(heading)) or self.words.get(plain(heading))

    def guesses(self, heading: str) -> list[tuple[float, str]]:
        """Fields the heading resembles, best first."""
        text = with_brackets(heading)
        if not text or text.isdigit():
            return []
        found = [(max(_likeness(text, form) for form in forms), name) for name, forms in self.by_field.items()]
        return sorted((pair for pair in found if pair[0] >= SURE_ENOUGH), reverse=True)


def match(headings: Sequence[str], words: Words, *, remembered: Mapping[str, str] | None = None) -> dict[str, Match]:
    """{heading: Match} for the headings that mean something. `remembered` is {field: heading}; each field is given once."""
    found: dict[str, Match] = {}
    taken: set[str] = set()
    for field, heading in (remembered or {}).items():
        if heading in headings and heading not in found:
            found[heading] = Match(field, Why.REMEMBERED, 1.0)
            taken.add(field)
    for heading in headings:
        if heading not in found:
            same = words.same(heading)
            if same and same not in taken:
                found[heading] = Match(same, Why.SAME, 1.0)
                taken.add(same)
    offers = [(score, heading, field) for heading in headings if heading not in found for score, field in words.guesses(heading)]
    for score, heading, field in sorted(offers, key=lambda offer: -offer[0]):
        if heading not in found and field not in taken:
            found[heading] = Match(field, Why.GUESSED, round(score, 2))
            taken.add(field)
    return {heading: found[heading] for heading in headings if heading in found}


def _likeness(text: str, form: str) -> float:
    """0 to 1. A word that contains the other is likelier than one that shares some letters."""
    if text == form:
        return 1.0
    ratio = difflib.SequenceMatcher(None, text, form).ratio()
    if len(form) >= 2 and (form in text or text in form) and len(text) >= 2:  # noqa: PLR2004 -- one letter says nothing
        shorter, longer = sorted((len(text), len(form)))
        return max(ratio, 0.6 + 0.35 * shorter / longer)
    return ratio * 0.85
