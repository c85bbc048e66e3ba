"""Serving what an earlier run trained: when it is due again, and what it says until then."""
