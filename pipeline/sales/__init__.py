"""What was sold, to whom and when, and how concentrated it is."""
