"""One module a noun: the pool, its rules, one customer, covers, hand-overs."""
