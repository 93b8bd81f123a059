"""Imports: files read, columns matched and remembered, dry runs, runs resumed and undone; each domain offers its loader.

Reads files, jobs, staff, audit. Announces batch_loaded, finished, undone.
"""
