"""Privacy: what customers agreed to, a copy of what is kept of them, erasing them everywhere, and how long things are kept.

Reads customers through their parts. Announces customer_erased, consent_noted.
"""
