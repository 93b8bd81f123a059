"""Lists: one way to list anything: columns, filters, saved views, key paging, tags, export."""
