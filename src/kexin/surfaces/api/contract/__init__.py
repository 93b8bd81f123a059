"""What every operation of the API keeps to: who may call it, how it pages, how it repeats, how it says no, how it is described."""
