"""What the items of a block share, and what the causes of their construct say of them.

References
----------
Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling. Comput. Stat. Data Anal. 48, 159-205, secs.
2.1.1 and 2.5.
Amato, S., Esposito Vinzi, V. & Tenenhaus, M. (2004). A global goodness-of-fit index for PLS structural equation modeling. Oral
communication to PLS Club, HEC School of Management.

"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kexin.measures.pls.model import Layout

Floats = NDArray[np.float64]


def components(correlation: Floats, layout: Layout) -> tuple[Floats, Floats, Floats]:
    """(c,) first and second eigenvalue of each block, and Dillon-Goldstein's rho by its first principal component.

    correlation : (p, p) float

    One item alone has eigenvalues 1 and 0 and rho 1.
    """
    c = len(layout.slices)
    first, second, rho = np.ones(c), np.zeros(c), np.ones(c)
    for place, block in enumerate(layout.slices):
        if block.stop - block.start > 1:
            values, vectors = np.linalg.eigh(correlation[block, block])
            first[place], second[place] = values[-1], values[-2]
            summed = float((vectors[:, -1].sum() * math.sqrt(values[-1])) ** 2)
            rho[place] = summed / (summed + len(values) - values[-1])
    return first, second, rho


def goodness_of_fit(communality: Floats, r_squared: Floats, layout: Layout) -> float:
    """√(mean communality · mean R²), over the items of blocks of several; NaN where every construct has one item."""
    several = layout.belongs.sum(axis=0)[layout.owner] > 1
    return math.sqrt(float(communality[several].mean()) * float(r_squared.mean())) if several.any() else math.nan
