"""What is known of each customer on a day."""
