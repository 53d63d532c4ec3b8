"""The journal page: everything that was recorded, asked for by time, place, priority, person and words."""
