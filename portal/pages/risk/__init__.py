"""The page “Risk”."""
