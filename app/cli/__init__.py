"""The command line: one file per group of verbs; roles are imported inside functions."""
