"""Web hooks: what happened is told to other programs, signed, until they have heard it. Hears everything, announces switched_off."""
