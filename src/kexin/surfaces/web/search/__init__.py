"""Search: one box for everything, as a list below it and as a page."""
