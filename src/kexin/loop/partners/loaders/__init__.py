"""Partner files: how they are read, written and taken back."""
