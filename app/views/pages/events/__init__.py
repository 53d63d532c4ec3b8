"""The events page: the journals in readable sentences, newest first."""
