"""The shift page: who is on duty, the log book, and handing a shift over."""
