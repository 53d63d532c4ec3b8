"""Revisions of `desk`."""
