"""The page “overview”."""
