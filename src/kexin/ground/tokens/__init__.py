"""Tokens: with which programs act for a person or an integration; what they were answered, kept for repeated requests. Announces nothing."""
