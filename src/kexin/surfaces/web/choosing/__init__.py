"""Pages about choosing customers: who is suitable and why, checklists, individual terms, propositions."""
