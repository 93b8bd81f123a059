"""Kexin 客心: facts → measures → standing → care → facts, over one customer file."""

__version__ = "0.1.0"
