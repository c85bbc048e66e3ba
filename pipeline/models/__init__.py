"""Models: what they are made of, how they are judged and kept."""
