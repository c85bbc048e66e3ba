"""Tables as plain HTML that sort and page on the server, and their files."""
