"""The page “strategy”."""
