"""Customers: the customer file 客户档案. Reads nothing above it. Announces CustomerCreated, CustomerChanged, CustomerMoved."""
