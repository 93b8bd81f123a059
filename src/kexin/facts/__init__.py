"""Facts: contracts of the few tables measures read, and column expressions over them. Names no table."""
