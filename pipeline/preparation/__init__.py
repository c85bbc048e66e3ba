"""From sources to customers who are ready to be grouped, each form in its own way."""
