"""Choosing customers 选择客户: who is suitable, scored with what is known and what is missing; individual terms and who may have them.

Reads standing, pool, orders, partners, customers. Announces suitability changed, terms granted, ended, no longer deserved.
"""
