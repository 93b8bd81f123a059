"""API: what programs read and do, as people do on pages: the same queries, actions and permissions. One module a domain."""
