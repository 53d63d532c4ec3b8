"""Histories in and out of files: what other programs wrote, and what they shall read."""
