"""From the files that a shop has to frames with known columns."""
