"""Polls, judges quality, executes commands, writes frames; holds the lease."""
