"""The frame codec."""
