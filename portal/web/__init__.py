"""The frame round every page and the routes beside them."""
