"""Staff pages: people with their roles, branches as a tree, opening times with a month to look at."""
