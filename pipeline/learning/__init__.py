"""From what is known of customers to models that serve, with the evidence for each."""
