"""The performance page: how the alarm system did in a period, each figure beside its target."""
