"""Web: server-rendered pages for staff, one subpackage per domain."""
