"""The page “cohorts”."""
