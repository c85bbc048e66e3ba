"""How things are called, written and coloured."""
