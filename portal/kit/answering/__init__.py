"""How callbacks are answered: in the layout first, at addresses, after failures."""
