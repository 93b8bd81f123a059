"""Views: parse, call one action or a few queries, render."""
