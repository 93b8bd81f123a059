"""Settings: the company, and what everybody may change of themselves."""
