"""Pages of imports: a file chosen, columns matched, a dry run, the import, its result, the way back."""
