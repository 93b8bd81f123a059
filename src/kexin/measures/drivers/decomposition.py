"""Decomposition of R² from correlations alone. Many correlation matrices at once: a bootstrap is one call.

All functions take (b, p + 1, p + 1) correlations with the outcome last. A predictor that others determine adds nothing after them, so
R² is defined for perfectly collinear predictors too; equal predictors share equally.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The part of a predictor's variance that others leave, below which it is taken as determined by them.
DETERMINED = 1e-10


def correlations(covariance: Floats) -> Floats:
    """(…, q, q) covariance to correlation; a constant has correlation 0 with all, itself included."""
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    scale = np.zeros_like(variance)
    np.divide(1.0, np.sqrt(np.maximum(variance, 0.0)), out=scale, where=variance > 0)
    return covariance * scale[..., :, None] * scale[..., None, :]


def explained_by_subsets(correlation: Floats) -> Floats:
    """R² of every subset of predictors: (b, 2**p), subset S at the place whose binary digits are its members.

    Start with the matrix itself, for the empty set. To bring in predictor k, take every matrix so far twice: once with k's row and
    column left out, once with k swept out of the rest (what it explains subtracted). After p steps only the outcome's unexplained
    variance is left, for every subset. The matrices shrink as their number doubles, so the whole costs about 6 · 2**p multiplications,
    not 2**p regressions. Subsets lie last in memory, so each step is a few long vector operations; only upper triangles are kept.
    """
    left = np.ascontiguousarray(correlation.transpose(1, 2, 0))[:, :, None, :]
    for remaining in range(correlation.shape[-1] - 1, 0, -1):
        subsets = left.shape[2]
        row = left[0, 1:]
        scaled = row * _inverse(left[0, 0])
        brought_in = np.empty((remaining, remaining, 2 * subsets, left.shape[3]))
        for i in range(remaining):
            brought_in[i, i:, :subsets] = left[i + 1, i + 1 :]
            swept = brought_in[i, i:, subsets:]
            np.multiply(row[i], scaled[i:], out=swept)
            np.subtract(left[i + 1, i + 1 :], swept, out=swept)
        left = brought_in
    return np.ascontiguousarray((correlation[:, -1, -1] - left[0, 0]).T)


def shapley_shares(explained: Floats) -> Floats:
    """(b, 2**p) R² of subsets to (b, p) shares that add up to R² (Lindeman, Merenda & Gold 1980; Shapley 1953).

    A predictor's share is the mean of what it adds, over all orders: sum over S without j of |S|! (p - |S| - 1)! / p! times
    (R²(S and j) - R²(S)). Each R² is counted once with the weight of what follows it and once with that of what led to it.
    """
    subsets = explained.shape[1]
    p = subsets.bit_length() - 1
    size = np.zeros(1, dtype=np.intp)
    for _ in range(p):
        size = np.concatenate((size, size + 1))
    by_size = np.array([1.0 / (p * math.comb(p - 1, s)) for s in range(p)])
    followed = np.append(by_size, 0.0)[size]
    led_to = np.concatenate(([0.0], by_size))[size]
    without = explained @ followed
    weighted = explained * (followed + led_to)
    return np.stack([weighted.reshape(-1, 2 ** (p - 1 - j), 2, 2**j)[:, :, 1, :].sum(axis=(1, 2)) - without for j in range(p)], axis=1)


def shares_by_order(correlation: Floats, orders: NDArray[np.intp]) -> Floats:
    """What each predictor adds to R² in each order: (m, p) for one (p + 1, p + 1) matrix and (m, p) orders."""
    m, p = orders.shape
    rows = np.column_stack((orders, np.full(m, p)))
    left = correlation[rows[:, :, None], rows[:, None, :]]
    added = np.empty((m, p))
    for k in range(p):
        pivot, column = left[:, 0, 0], left[:, 1:, 0]
        scaled = column * _inverse(pivot)[:, None]
        added[np.arange(m), orders[:, k]] = column[:, -1] * scaled[:, -1]
        left = left[:, 1:, 1:] - column[:, :, None] * scaled[:, None, :]
    return added


def johnson_shares(correlation: Floats) -> Floats:
    """(b, p) relative weights (Johnson 2000, eqs. 2 to 7): shares by way of the closest uncorrelated predictors.

    With R = V diag(e) V', the predictors load on their closest orthogonal counterparts Z by L = V diag(√e) V' and the outcome regresses
    on Z with b = L⁻¹ r. Predictor j is given the part L[j, k]² of what each Z_k explains, b_k².
    """
    values, vectors = np.linalg.eigh(correlation[:, :-1, :-1])
    kept = values > DETERMINED
    root = np.sqrt(np.where(kept, values, 0.0))
    inverse_root = np.where(kept, 1.0 / np.where(kept, root, 1.0), 0.0)
    loadings = (vectors * root[:, None, :]) @ vectors.transpose(0, 2, 1)
    slopes = (vectors * inverse_root[:, None, :]) @ (vectors.transpose(0, 2, 1) @ correlation[:, :-1, -1:])
    shares: Floats = ((loadings**2) @ slopes**2)[..., 0]
    return shares


def determined(correlation: Floats) -> list[int]:
    """Which predictors of one matrix the ones before them determine."""
    left = correlation[:-1, :-1].copy()
    found = []
    for k in range(left.shape[0]):
        if left[k, k] <= DETERMINED:
            found.append(k)
        else:
            left -= np.outer(left[:, k], left[k] / left[k, k])
    return found


def _inverse(pivot: Floats) -> Floats:
    kept = pivot > DETERMINED
    return np.where(kept, 1.0 / np.where(kept, pivot, 1.0), 0.0)
