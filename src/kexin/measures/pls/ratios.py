"""Heterotrait-monotrait ratios: how alike items of different constructs are, beside items of the same.

References
----------
Henseler, J., Ringle, C. M. & Sarstedt, M. (2015). A new criterion for assessing discriminant validity. J. Acad. Mark. Sci. 43, 115-135.
Roemer, E., Schuberth, F. & Henseler, J. (2021). HTMT2: an improved criterion for assessing discriminant validity in structural equation
modeling. Ind. Manag. Data Syst. 121, 2637-2650.

"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kexin.measures.pls.model import Layout, Model

Floats = NDArray[np.float64]


def pairs(model: Model) -> list[tuple[str, str]]:
    """Every pair of constructs once, in the model's order."""
    return list(combinations(model.constructs, 2))


def htmt(correlation: Floats, layout: Layout) -> Floats:
    """(b, m) ratios of arithmetic means of a stack (b, p, p) of correlations, m the pairs of `pairs`.

    A construct of one item counts as measured without error, as in SmartPLS, seminr and cSEM.
    """
    sizes = layout.belongs.sum(axis=0)
    summed = layout.belongs.T @ np.abs(correlation) @ layout.belongs
    within = np.where(sizes > 1, (np.diagonal(summed, axis1=1, axis2=2) - sizes) / np.maximum(sizes * (sizes - 1), 1.0), 1.0)
    one, other = np.triu_indices(len(sizes), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        across: Floats = summed[:, one, other] / (sizes[one] * sizes[other]) / np.sqrt(within[:, one] * within[:, other])
    return across


def htmt2(correlation: Floats, layout: Layout) -> Floats:
    """(b, m) the same of geometric means."""
    sizes = layout.belongs.sum(axis=0)
    starts = [block.start for block in layout.slices]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.abs(correlation))
        logs[:, np.arange(len(layout.owner)), np.arange(len(layout.owner))] = 0.0  # an item with itself does not count
        summed = np.add.reduceat(np.add.reduceat(logs, starts, axis=1), starts, axis=2)
        within = np.exp(np.diagonal(summed, axis1=1, axis2=2) / np.maximum(sizes * (sizes - 1), 1.0))
        one, other = np.triu_indices(len(sizes), 1)
        across: Floats = np.exp(summed[:, one, other] / (sizes[one] * sizes[other])) / np.sqrt(within[:, one] * within[:, other])
    return across
