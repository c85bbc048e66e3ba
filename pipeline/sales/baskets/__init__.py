"""What is bought together and next, and what to have in stock."""
