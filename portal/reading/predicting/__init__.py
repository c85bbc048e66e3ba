"""What models foretell, how well they did, and what follows for risk and value."""
