"""What people write in the portal; every write to its tables goes through here.

Functions take a writer engine from `open_workspace` and the time as an argument; each is one
short transaction. What is read takes a connection, so that a page sees one moment.
"""

from db.workspace.database import is_there, open_workspace

__all__ = ["is_there", "open_workspace"]
