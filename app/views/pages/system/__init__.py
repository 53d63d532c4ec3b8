"""The system page: what stands behind the screen."""
