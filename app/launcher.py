"""Starts `python -m app ROLE` and watches it; imports no role."""
