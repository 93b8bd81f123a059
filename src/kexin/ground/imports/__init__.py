"""Imports: files read, columns matched and remembered, dry runs, runs resumed and undone. Domains offer their loaders."""
