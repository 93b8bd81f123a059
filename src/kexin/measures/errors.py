"""What a measure cannot say.

MeasureError
├── BadInput      arrays that cannot be what they are said to be: lengths differ, not numbers, none at all
└── CannotSay     the arithmetic has no answer for these numbers, for a reason given as a code and in words
"""

from __future__ import annotations


class MeasureError(ValueError):
    """A measure refuses, with its reason."""


class BadInput(MeasureError):
    """Arrays that cannot be what they are said to be."""


class CannotSay(MeasureError):
    """There is no answer for these numbers.

    code : a short name for the reason, for programs: "nobody", "one", "not_positive" and what each measure names in its docstring
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code

    def __reduce__(self) -> tuple[type[CannotSay], tuple[str, str]]:
        """So that a refusal comes back from another process as itself."""
        return type(self), (self.code, str(self))
