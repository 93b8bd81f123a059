"""Kano: what customers take for granted, what they reward step by step, and what they never expected.

from kexin.measures import kano
kano.discrete(functional, dysfunctional)     # M, O, A, I, R, Q by the evaluation table
kano.from_counts({"cleanliness": {"M": 50, "O": 33, "A": 7, "I": 10}})
kano.continuous(functional, dysfunctional)   # DuMouchel's means and quadrants
"""

from kexin.measures.kano.answers import EVALUATION, category_of
from kexin.measures.kano.continuous import Point, Points, continuous
from kexin.measures.kano.discrete import Fong, Need, Needs, Proportion, discrete, from_counts

__all__ = [
    "EVALUATION",
    "Fong",
    "Need",
    "Needs",
    "Point",
    "Points",
    "Proportion",
    "category_of",
    "continuous",
    "discrete",
    "from_counts",
]
