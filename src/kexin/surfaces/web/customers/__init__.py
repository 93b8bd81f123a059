"""Customers: the list, the customer page, and the forms that keep a file."""
