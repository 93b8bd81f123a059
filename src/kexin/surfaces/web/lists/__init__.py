"""What every list page can do besides listing: saved views, bulk actions, exports."""
