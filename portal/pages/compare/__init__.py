"""The page “compare”."""
