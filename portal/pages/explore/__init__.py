"""The page “explore”."""
