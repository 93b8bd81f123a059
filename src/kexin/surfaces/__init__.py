"""Surfaces: where people and programs meet the product. They parse, authorise, call one action, render."""
