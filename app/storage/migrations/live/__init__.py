"""Revisions of `live`."""
