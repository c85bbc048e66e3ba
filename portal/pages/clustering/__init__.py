"""The page “clustering”."""
