"""Views of practices and of the directory."""
