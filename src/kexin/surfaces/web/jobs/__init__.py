"""Pages of background work: what runs, how far it came, what became of it."""
