"""Pages: registration, ids, layout, callbacks."""
