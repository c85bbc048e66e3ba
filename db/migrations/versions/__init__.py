"""One migration a file, named by the schema version that it leads to."""
