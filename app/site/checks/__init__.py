"""Checks that look across the parts of a site."""
