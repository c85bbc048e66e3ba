"""Sales, products, cohorts and movement as a run published them."""
