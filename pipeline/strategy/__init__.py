"""What to do about customers and what it brings: numbers in, numbers out.

The one definition of every money formula, for the refresh, the command line and the portal
(through `portal/economics.py`). No database, no clock, no machine learning.
"""
