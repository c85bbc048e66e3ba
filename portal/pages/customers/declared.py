"""The page itself, on which every part of it declares its cards and callbacks."""

from portal.kit.page import Page

FILE_KEPT = "customers-file-kept"
"""A store that changes when customers of a file are saved."""

PAGE = Page(
    path="/customers",
    title="Customers · Clientele",
    name="Customers",
    group="Act",
    order=20,
    icon="people",
    filtered=True,
    formerly={"/score": "somebody-new"},
)
