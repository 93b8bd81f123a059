"""Regressions between constructs, and what they add up to along the paths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dgesv

from kexin.measures.errors import CannotSay
from kexin.measures.pls.model import Layout

Floats = NDArray[np.float64]


def coefficients(between: Floats, layout: Layout) -> Floats:
    """Each explained construct regressed on its causes.

    between : (c, c) float
        Correlations of constructs.
    Returns (c, c): in the row of each construct the coefficients of its causes, elsewhere 0.
    """
    found: Floats = between * layout.causes  # one cause: its correlation
    start, end = layout.shared_from, layout.shared_to
    if len(start):
        # The systems of all constructs with several causes stand in one matrix, block by block, and are solved by one call.
        *_factors, solved, failed = dgesv(between[start[:, None], start] * layout.shared, between[end, start], overwrite_a=True)
        if failed:
            raise CannotSay("collinear", "constructs that lead to the same one cannot be told apart: merge them or take a path out")
        found[end, start] = solved
    return found


def r_squared(between: Floats, solved: Floats, layout: Layout) -> Floats:
    """(…, e) share of each explained construct's variance."""
    shared: Floats = (solved * between).sum(axis=-1)[..., layout.explained]
    return shared


def total(direct: Floats) -> Floats:
    """(…, c, c) effects along all ways from row to column. Without cycles the powers of `direct` end, and their sum is this inverse."""
    one = np.eye(direct.shape[-1])
    summed: Floats = np.linalg.inv(one - direct) - one
    return np.where(np.abs(summed) < np.finfo(float).eps, 0.0, summed)  # where no way leads, rounding may leave dust


def adjusted(share: Floats, causes: Floats, n: int) -> Floats:
    """R² less what as many causes explain by chance (Wherry 1931). n is more than causes + 1."""
    return 1.0 - (1.0 - share) * ((n - 1) / (n - 1 - causes))
