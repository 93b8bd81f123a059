"""Measures: arithmetic, arrays in and frozen results out. Usable alone, in a notebook.

from kexin.measures import concentration, drivers, gaps, grading, kano, pls, rfm, sampling, scores
"""

__all__ = ["concentration", "drivers", "errors", "gaps", "grading", "kano", "pls", "rfm", "sampling", "scores"]
