"""Scoring customers: the door to the models, what may be asked, what is answered."""
