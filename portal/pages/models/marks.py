"""How models look, and how they are called within a sentence."""

from portal.words import theme

MODELS = {
    "blend": theme.Mark("#3f4f7f", "star"),
    "customer_base": theme.Mark("#7a8a2b", "hexagon"),
    "logistic_regression": theme.Mark(theme.MAIN, "circle"),
    "k_nearest_neighbours": theme.Mark("#2b8a8a", "square"),
    "decision_tree": theme.Mark("#a0703c", "diamond"),
    "support_vector_machine": theme.Mark("#b0627f", "cross"),
    "random_forest": theme.Mark(theme.GOOD, "triangle-up"),
    "xgboost": theme.Mark(theme.SECOND, "x"),
}


def within(title: str) -> str:
    """Write a title within a sentence; names in capitals stay."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
