"""Alarms: what a site says about them, their states, and the pure machines that move them."""
