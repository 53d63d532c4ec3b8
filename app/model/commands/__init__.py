"""Rules of a command: verbs, the table verb × check, the checks and the state machine. Pure."""
