"""Fakes and fixtures shared by tests."""
