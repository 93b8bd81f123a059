"""What somebody buys at regular intervals they will need again: the one rule that concludes wishes, and its arithmetic.

No model of the world: the middle gap between purchases of one product, how many gaps lie near it, and nothing else. The
certainty is the share of gaps near the middle one, drawn towards one half where there are few (Laplace's rule of succession).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

FEWEST = 4  # purchases on different days: three gaps
NEAR = 0.35  # a gap is near the middle one when it differs by at most this share of it
SHORTEST, LONGEST = 7, 400  # days; what is bought every day is no wish, what is bought every other year no rhythm
LEAST_CERTAINTY = 60  # percent; less is not worth anybody's time
OVERDUE = 2.0  # after so many rhythms without a purchase the rhythm is over
AHEAD = timedelta(days=21)


@dataclass(frozen=True)
class Rhythm:
    gap: int  # days, the middle one
    due_on: date
    certainty: int  # percent
    days: tuple[date, ...]


def rhythm_of(days: Sequence[date], *, today: date) -> Rhythm | None:
    """The rhythm of purchases on these days, if there is one, and the next is due within three weeks."""
    bought = sorted(set(days))
    if len(bought) < FEWEST:
        return None
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(bought)]
    middle = round(median(gaps))
    near = sum(abs(gap - middle) <= NEAR * middle for gap in gaps)
    certainty = round(100 * (near + 1) / (len(gaps) + 2))
    due = bought[-1] + timedelta(days=middle)
    is_over = (today - bought[-1]).days > OVERDUE * middle
    if not SHORTEST <= middle <= LONGEST or certainty < LEAST_CERTAINTY or is_over or due > today + AHEAD:
        return None
    return Rhythm(middle, due, min(certainty, 99), tuple(bought))
