"""The page “products”."""
