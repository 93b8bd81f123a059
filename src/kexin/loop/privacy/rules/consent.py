"""Whether a customer may be contacted for a purpose by a channel. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kexin.loop.privacy.choices import ConsentState


@dataclass(frozen=True)
class Said:
    """One word of the customer: given or withdrawn, for every channel (empty) or one."""

    state: str
    channel: str
    at: datetime
    number: int = 0  # tells two words of the same moment apart


@dataclass(frozen=True)
class Answer:
    """May we, and why. `reason` is one of REASONS."""

    allowed: bool
    reason: str


REASONS = ("given", "withdrawn", "not_given", "not_needed", "erased", "closed", "unknown_purpose")


def may_contact(said: Iterable[Said], *, channel: str, needs_consent: bool) -> Answer:
    """The newest word that speaks of this channel decides; without one, the purpose's own rule does.

    A word for every channel and a word for one are equal: whichever came last counts. Asked without a channel
    ("may we at all?"), a withdrawal of one channel says nothing of the others.
    """
    about = [word for word in said if word.channel in ("", channel) or (not channel and word.state == ConsentState.GIVEN)]
    if about:
        last = max(about, key=lambda word: (word.at, word.number))
        return Answer(last.state == ConsentState.GIVEN, "given" if last.state == ConsentState.GIVEN else "withdrawn")
    return Answer(not needs_consent, "not_given" if needs_consent else "not_needed")
