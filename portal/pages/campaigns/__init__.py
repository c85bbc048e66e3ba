"""The page “campaigns”."""
