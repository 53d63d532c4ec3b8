"""Pure rules and records: standard library only, no clock, no I/O."""
