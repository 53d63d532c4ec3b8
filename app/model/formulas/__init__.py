"""Formulas over tags as plain records: what calculated tags and expression alarms compile to."""
