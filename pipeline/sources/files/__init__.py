"""From files and databases to raw tables, each guarded against what could be wrong with it."""
