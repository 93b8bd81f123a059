"""Standing pages: concentration, tiers, movers, rules with their simulation, runs and how they were computed."""
