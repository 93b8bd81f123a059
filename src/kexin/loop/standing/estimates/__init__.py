"""Estimates: orders as columns in, measures called, answers in standing's words."""
