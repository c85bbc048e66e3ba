"""The page “churn”."""
