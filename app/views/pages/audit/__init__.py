"""The audit page: what people did, where, when, from what to what, and why."""
