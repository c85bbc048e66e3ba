"""Orders as people export them: their columns, what money in them means, and typed lines."""
