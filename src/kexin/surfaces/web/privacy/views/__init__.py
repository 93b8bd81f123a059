"""The privacy pages, one module a noun."""
