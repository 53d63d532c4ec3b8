"""Alarms in the engine: every sample reaches them, every change of theirs is durable before anybody sees it."""
