"""The page “customer”."""
