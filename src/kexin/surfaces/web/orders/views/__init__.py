"""Views of orders and products."""
