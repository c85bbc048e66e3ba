"""Tables with one row a customer and any columns: what each column is, and its rows."""
