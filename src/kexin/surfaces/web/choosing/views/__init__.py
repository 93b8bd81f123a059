"""One module a noun: everybody, one customer, granting, checklists, and what an administrator keeps."""
