"""A room only these tests have: a job whose every batch leaves one trace, and somebody who hears of it."""
