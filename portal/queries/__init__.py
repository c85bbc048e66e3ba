"""What the pages ask of the database: a snapshot in, a tidy frame out."""
