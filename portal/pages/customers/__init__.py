"""The page “customers”."""
