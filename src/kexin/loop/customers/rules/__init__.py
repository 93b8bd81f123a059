"""Decisions about a customer file that need no database: identity, duplicates, occasions, freshness."""
