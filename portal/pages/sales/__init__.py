"""The page “sales”."""
