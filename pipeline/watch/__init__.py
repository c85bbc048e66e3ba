"""What changed since the last update, and which rules for alerts fire."""
