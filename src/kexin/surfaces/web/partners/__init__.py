"""Pages of irregular practices with the answer to each, and of the directory of partners and joint offices."""
