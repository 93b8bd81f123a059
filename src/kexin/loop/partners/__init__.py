"""Partners 合作方: irregular practices of customers and the answer to each; the directory of partners and joint offices.

Reads customers, todo. Announces confirmed, answered.
"""
