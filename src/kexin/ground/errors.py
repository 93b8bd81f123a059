"""What a person may be told when something cannot be done: one tree, the same sentence on pages, in commands and in the API.

KexinError
├── Refused            what was asked for is not allowed by the business
├── Invalid            one or several fields cannot be accepted; each sentence stands beside its field
├── Conflict           somebody else changed the record meanwhile; both values are carried
├── NotAllowed         this person's role does not allow it
└── NotFound           it is not there, or not theirs to see: which of the two is not told

Each domain's `errors.py` derives its own from these, with a `code` that never changes and a `text` in plain words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class KexinError(Exception):
    """Something a person can understand and act on. `text` is translated when it is shown, not when it is raised."""

    code: ClassVar[str] = "error"
    text: ClassVar[str | Promise] = _("This could not be done.")
    status: ClassVar[int] = 409  # what pages and the API answer with
    field: str = ""  # the form field the sentence belongs beside; empty: it concerns the whole form

    def __init__(self, *, beside: str = "", **data: Any) -> None:
        super().__init__(self.code)
        self.data: dict[str, Any] = data
        if beside:
            self.field = beside

    def sentence(self) -> str:
        """One sentence in the language of whoever reads it now."""
        return str(self.text) % {name: str(value) if isinstance(value, Promise) else value for name, value in self.data.items()}

    def fields(self) -> dict[str, list[str]]:
        """Sentences by form field, as forms take them. The key "" holds those of the whole form."""
        return {self.field: [self.sentence()]}

    def __str__(self) -> str:
        return self.sentence()


class Refused(KexinError):
    """What was asked for is not allowed by the business."""

    code = "refused"


class Invalid(KexinError):
    """Several fields cannot be accepted: `Invalid.of({"phone": NotAPhone(value="12"), "name": Missing()})`."""

    code = "invalid"
    status = 422
    text = _("Some entries cannot be accepted.")

    def __init__(self, *, beside: str = "", causes: Mapping[str, KexinError | str | Promise] | None = None, **data: Any) -> None:
        super().__init__(beside=beside, **data)
        self.causes: dict[str, KexinError | str | Promise] = dict(causes or {})

    @classmethod
    def of(cls, causes: Mapping[str, KexinError | str | Promise]) -> Invalid:
        return cls(causes=causes)

    def fields(self) -> dict[str, list[str]]:
        if not self.causes:
            return super().fields()
        return {name: [cause.sentence() if isinstance(cause, KexinError) else str(cause)] for name, cause in self.causes.items()}


class Conflict(KexinError):
    """Somebody else changed the record after this person opened it. Nothing was written.

    `theirs` and `yours` hold {field: value} for the fields that differ, so that a page can show both and ask.
    """

    code = "changed_meanwhile"
    text = _("Somebody else changed this record while you were editing it. Nothing was saved yet: compare the two and decide.")

    def __init__(
        self, *, theirs: Mapping[str, Any] | None = None, yours: Mapping[str, Any] | None = None, version: int | None = None, **data: Any
    ) -> None:
        super().__init__(**data)
        self.theirs: dict[str, Any] = dict(theirs or {})
        self.yours: dict[str, Any] = dict(yours or {})
        self.version = version  # what to send along when the person decides for their own values


class NotAllowed(KexinError):
    """The role of whoever asked does not allow it."""

    code = "not_allowed"
    status = 403
    text = _("Your role does not allow this. An administrator can change your role.")


class NotFound(KexinError):
    """It is not there, or not theirs to see: which of the two is not told."""

    code = "not_found"
    status = 404
    text = _("This record is not there, or it is not yours to see.")
