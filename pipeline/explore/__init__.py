"""What each attribute of the customers looks like, and how they hang together."""
