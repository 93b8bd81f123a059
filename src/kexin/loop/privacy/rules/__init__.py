"""Pure decisions of the privacy room."""
