"""The page “not found”."""
