"""How customer and contact files become customer files: fields and their words, sessions, the way back."""
