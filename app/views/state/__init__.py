"""View state without Qt: what a page shows, decided by plain code that a test can call."""
