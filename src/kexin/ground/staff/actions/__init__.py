"""Every write about people, branches, calendars and the company. One module a noun."""
