"""Figures: a frame in, a figure out."""
