"""The page “value”."""
