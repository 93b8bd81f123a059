"""Audit pages: who did what, when, to which record, old and new side by side, in the reader's words."""
