"""The page itself, on which every part of it declares its cards."""

from portal.kit.page import Page

PAGE = Page(
    path="/risk",
    title="Risk · Clientele",
    name="Risk",
    group="Understand",
    order=20,
    icon="person-dash",
    filtered=True,
    formerly={"/churn": ""},
)
