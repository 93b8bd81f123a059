"""What was typed as a checklist or as conditions, held against what there is to read: sources that exist, each compared as its kind allows."""

from __future__ import annotations

from typing import Any

from kexin.loop.choosing import errors
from kexin.loop.choosing.rules import conditions
from kexin.loop.choosing.rules.checklists import Definition, DefinitionError
from kexin.loop.choosing.wording import Vocabulary, problem


def checklist(plain: Any, *, complete: bool) -> Definition:
    """BadDefinition says what is wrong. A draft on its way may leave the points of a question open; what is tried may not."""
    try:
        read = Definition.from_json(plain)
        words = Vocabulary.of(read.sources)
        for one in read.criteria:
            _there(words, one.source)
            codes = {code for code, _words in words.options(one.source)}
            if words.is_choice(one.source) and (not one.points or (complete and codes.isdisjoint(one.points))):
                raise DefinitionError("points", source=one.source)
            if one.points and not words.is_choice(one.source):
                raise DefinitionError("not_a_number", source=one.source)
    except DefinitionError as error:
        raise errors.BadDefinition(error.code, **problem(error.data)) from error
    return read


def conditions_of(plain: Any) -> conditions.Conditions:
    """The same for conditions, which are complete at once."""
    try:
        read = conditions.from_json(plain)
        words = Vocabulary.of(one.source for one in read)
        for one in read:
            _there(words, one.source)
            if words.is_choice(one.source) != (one.operator == conditions.ONE_OF):
                raise DefinitionError("no_choices" if words.is_choice(one.source) else "unknown_operator", source=one.source)
            if not {*one.choices} <= {code for code, _words in words.options(one.source)}:
                raise DefinitionError("no_choices", source=one.source)
    except DefinitionError as error:
        raise errors.BadDefinition(error.code, **problem(error.data)) from error
    return read


def _there(words: Vocabulary, source: str) -> None:
    if not words.knows(source):
        raise DefinitionError("unknown_source", source=source)
