"""The page “landing”."""
