"""Assistants: tools over the Model Context Protocol, each one operation of the API, called as any program calls it.

The same token, permission, masking, trail, rate limit and repeated requests. Reads nothing itself but the API's own document.
"""
