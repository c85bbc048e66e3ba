"""The page “history” as its rooms declare it."""

from portal.kit.page import Page

PAGE = Page(
    path="/history",
    name="History",
    title="History · Clientele",
    lead="What each update changed, what it read and found, and what it took.",
    group="Evidence",
    icon="clock-history",
    order=30,
    formerly={"/runs": "", "/compare": "two"},
)
