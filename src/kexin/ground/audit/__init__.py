"""Audit: who did what, when, to which record. Append-only plain values, no foreign key. Announces nothing."""
