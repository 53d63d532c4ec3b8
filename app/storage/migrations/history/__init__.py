"""Revisions of `history`."""
