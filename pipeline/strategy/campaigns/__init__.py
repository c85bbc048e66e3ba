"""Campaigns: hold-out, power, what contacts brought."""
