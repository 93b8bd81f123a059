"""Measures: arithmetic, arrays in and frozen results out. Usable alone, in a notebook.

from kexin.measures import concentration, grading, rfm, scores
"""

__all__ = ["concentration", "errors", "grading", "rfm", "scores"]
