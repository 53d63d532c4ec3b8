"""The alarm page: what waits, what stands aside and why, one alarm in full, and what a person may do about it."""
