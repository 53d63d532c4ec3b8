"""Protocol in, samples out. `base` is the whole contract."""
