"""Sets a machine up for development, tests and the demo. Standard library only: it runs before all else."""
