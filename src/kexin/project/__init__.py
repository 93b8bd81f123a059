"""Project: settings, addresses and entry points of one installation."""
