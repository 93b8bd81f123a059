"""Web hooks, for administrators: who is told what happens, how that goes, what was sent."""
