"""The historian: packs frames into history, in small steps beside everything else."""
