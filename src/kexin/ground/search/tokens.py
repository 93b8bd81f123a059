"""Tokens: what is indexed of a record, and the condition that finds it. The same on SQLite and PostgreSQL.

Every token starts with a letter for its class, so that a name never matches a code by chance:
`w` two neighbouring characters of a word (or its last one), in order, so that neighbours are a phrase;
`y` full pinyin from some syllable on; `i` initials from some syllable on;
`c` a code from its start, `d` the code reversed, for its tail; `p` a phone number, `q` reversed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kexin.kit import text as kit

GAP = ""  # between two words: no phrase reaches across
LONGEST_PINYIN, LONGEST_INITIALS, LONGEST_WORD, LONGEST_TERM, MOST_TERMS = 24, 12, 200, 40, 8
TAIL = 3  # characters from which a tail of a code or phone number is looked for
_PRIVATE = 0xE000


_SAFE = {n: chr(_PRIVATE + n) for n in range(128) if not chr(n).isalnum()}


def safe(text: str) -> str:
    """ASCII punctuation and spaces would end a token: they move to the private use area."""
    return text if text.isalnum() else text.translate(_SAFE)


def of_document(*, words: Iterable[str], codes: Iterable[str], phones: Iterable[str]) -> list[str]:
    """The tokens of one record, in order; GAP stands between words."""
    tokens: list[str] = []
    marks: set[str] = set()
    for word in words:
        plain = kit.normalise(word[:LONGEST_WORD]).lower()
        kept = safe(plain)
        tokens += ["w" + kept[i : i + 2] for i in range(len(kept))]
        tokens.append(GAP)
        for reading in kit.readings(plain):
            _add_sounds(marks, reading)
    for code in codes:
        if key := kit.code_key(code):
            marks.add("c" + key)
            marks.add("d" + key[::-1])
    for phone in phones:
        if number := kit.digits(phone):
            marks.add("p" + number)
            marks.add("q" + number[::-1])
    apart = [GAP] * (2 * len(marks))
    apart[::2] = sorted(marks)
    return tokens + apart


def _add_sounds(marks: set[str], reading: list[str]) -> None:
    """Full pinyin and initials from each syllable on."""
    whole, initials = "".join(reading), "".join([part[:1] for part in reading])
    at = start = 0
    for part in reading:
        if part:
            marks.add("y" + whole[at : at + LONGEST_PINYIN])
            marks.add("i" + initials[start : start + LONGEST_INITIALS])
            at += len(part)
            start += 1


@dataclass(frozen=True)
class Alternative:
    """One way a term may be met: neighbouring tokens, or the start of one token."""

    tokens: tuple[str, ...]
    prefix: bool = False


def of_query(text: str) -> list[list[Alternative]]:
    """What is asked for: every term must be met, each by one of its alternatives. Empty for an empty question."""
    return [_alternatives(term[:LONGEST_TERM]) for term in kit.normalise(text).lower().split(" ")[:MOST_TERMS] if term]


def _alternatives(term: str) -> list[Alternative]:
    pairs = kit.bigrams(term)
    if len(term) == 1:
        found = [Alternative(("w" + safe(term),), prefix=True)]
    else:
        found = [Alternative(tuple("w" + safe(pair) for pair in pairs[:-1]))]
    if term.isascii() and term.isalpha():
        found += [Alternative((f"y{term[:LONGEST_PINYIN]}",), prefix=True), Alternative((f"i{term[:LONGEST_INITIALS]}",), prefix=True)]
    key = kit.code_key(term)
    if key:
        found.append(Alternative((f"c{key}",), prefix=True))
        if len(key) >= TAIL:
            found.append(Alternative((f"d{key[::-1]}",), prefix=True))
    number = kit.digits(term)
    if len(number) >= TAIL and not any(c.isalpha() for c in term):
        found += [Alternative((f"p{number}",), prefix=True), Alternative((f"q{number[::-1]}",), prefix=True)]
    return found
