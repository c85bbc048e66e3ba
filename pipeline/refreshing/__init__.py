"""A refresh as a whole: what it does in turn, what it asks, what it writes."""
