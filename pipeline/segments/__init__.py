"""Groups of customers, the evidence for them and their names."""
