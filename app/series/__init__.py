"""Columns of samples and their codecs: pure numpy."""
