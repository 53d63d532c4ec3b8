"""Formulas at work: every sample of what they speak of is taken; results go through the pipeline like any sample."""
