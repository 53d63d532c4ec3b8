"""One command per claim about speed or size; each figure stands beside its reference from the same run."""
