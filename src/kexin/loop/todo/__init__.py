"""To-do 待办: what somebody owes a customer by when. Reads customers, staff. Announces opened, done, dropped."""
