"""Pool 公海: customers nobody keeps up with go to their branch's pool, and colleagues claim them.

Reads customers, todo, orders. Announces released, claimed, assigned.
"""
