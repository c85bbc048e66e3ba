"""Closed windows: forecasts made as if on earlier days, and what came."""
