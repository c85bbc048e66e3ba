"""What came of predictions: by level of a filter, and when earlier ones fell due."""
