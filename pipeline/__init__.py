"""From files to published results."""
