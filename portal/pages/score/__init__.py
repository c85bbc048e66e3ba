"""The page “score”."""
