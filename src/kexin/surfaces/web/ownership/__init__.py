"""Pages about who looks after whom: team, cover while away, hand-overs, the public pool and its rules."""
