"""Staff: users, branches 网点 with their calendars, roles, what each may see and do. Announces nothing."""
