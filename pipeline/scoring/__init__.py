"""Models as plain numbers: what they answer, why, and how they are stored."""
