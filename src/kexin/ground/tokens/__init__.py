"""Tokens: programs act with them for a person or an integration; answers kept for repeated requests. Announces nothing."""
