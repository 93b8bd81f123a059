"""Measures: arithmetic, arrays in and frozen results out. Usable alone, in a notebook."""
