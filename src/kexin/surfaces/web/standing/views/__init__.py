"""Views of the standing pages: the overview with its runs, and the rules."""
