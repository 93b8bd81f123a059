"""To-do 待办: what somebody owes a customer by when: owner, due, origin. One list for everyone."""
