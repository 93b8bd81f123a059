"""Demo: the simulated company, one generator per domain, loaded through the same loaders and actions."""
