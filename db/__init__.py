"""The border of the database: tables, views, runs and publishing."""
