"""The trends page: a workspace of pens over time."""
