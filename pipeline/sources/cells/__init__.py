"""From raw columns to numbers, dates and texts, each column decided as a whole."""
