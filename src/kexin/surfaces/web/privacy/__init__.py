"""Pages of the privacy room: what customers agreed to, copies and erasures, how long things are kept, the officer's report."""
