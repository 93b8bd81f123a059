"""Standing 客户现状: tier, class and value of every customer, by dated runs and versioned rules. Reads customers, orders.

Announces tiers changed, assessed, rules applied. Writes each customer's present place down to the file.
"""
