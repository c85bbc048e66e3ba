"""The page “models”."""
