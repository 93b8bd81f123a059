"""Orders: products, orders and their lines, what was promised and delivered, cancelled and returned. Reads customers, staff.

Announces order cancelled.
"""
