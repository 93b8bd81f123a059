"""Tokens: a person's own, and for the administrator everybody's and those of programs."""
