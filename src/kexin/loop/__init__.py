"""The loop: facts → measures → standing → care, the business from bottom to top."""
