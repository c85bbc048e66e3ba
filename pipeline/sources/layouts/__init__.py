"""Layouts: how one kind of export is recognised, and what its columns mean.

Each is a YAML file beside this module, and people add their own in a folder of theirs. Its name
is that of the file.
"""
