"""Commands: arguments and composition, nothing else."""
