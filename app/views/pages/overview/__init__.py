"""The overview: the whole zone on one screen, abnormal first."""
