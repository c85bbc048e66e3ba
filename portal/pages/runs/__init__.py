"""The page “runs”."""
