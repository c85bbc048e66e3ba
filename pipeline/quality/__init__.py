"""Which rows count, which do not, and why."""
