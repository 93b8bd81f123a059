"""What was typed as a checklist or as conditions, held against what there is to read: sources that exist, compared as their kind allows."""

from __future__ import annotations

from typing import Any

from kexin.loop.choosing import errors
from kexin.loop.choosing.rules import conditions
from kexin.loop.choosing.rules.checklists import Criterion, Definition, DefinitionError
from kexin.loop.choosing.wording import Vocabulary, problem


def checklist(plain: Any, *, complete: bool) -> Definition:
    """BadDefinition says what is wrong. A draft on its way may leave the points of a question open; what is tried may not."""
    try:
        read = Definition.from_json(plain)
        words = Vocabulary.of(read.sources)
        for one in read.criteria:
            _check(one, words, complete=complete)
    except DefinitionError as error:
        raise errors.BadDefinition(error.code, **problem(error.data)) from error
    return read


def conditions_of(plain: Any) -> conditions.Conditions:
    """The same for conditions, which are complete at once."""
    try:
        read = conditions.from_json(plain)
        words = Vocabulary.of(one.source for one in read)
        for one in read:
            _check_condition(one, words)
    except DefinitionError as error:
        raise errors.BadDefinition(error.code, **problem(error.data)) from error
    return read


def _check(one: Criterion, words: Vocabulary, *, complete: bool) -> None:
    codes = _codes(one.source, words)
    if words.is_choice(one.source):
        if not one.points or (complete and codes.isdisjoint(one.points)):
            raise DefinitionError("points", source=one.source)
    elif one.points:
        raise DefinitionError("not_a_number", source=one.source)


def _check_condition(one: conditions.Condition, words: Vocabulary) -> None:
    codes = _codes(one.source, words)
    if words.is_choice(one.source):
        if one.operator != conditions.ONE_OF or not codes.issuperset(one.choices):
            raise DefinitionError("no_choices", source=one.source)
    elif one.operator == conditions.ONE_OF:
        raise DefinitionError("unknown_operator", source=one.source)


def _codes(source: str, words: Vocabulary) -> set[str]:
    if not words.knows(source):
        raise DefinitionError("unknown_source", source=source)
    return {code for code, _words in words.options(source)}
