"""Order lines as the cleaning stage gets them, written in a few words."""

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import strategies as st

START = dt.date(2024, 1, 1)
TEXTS = ("invoice", "product", "description", "customer_id", "country")


def as_lines(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Build lines from rows that say only what matters; `day` and `minute` set the time."""
    noon = dt.datetime.combine(START, dt.time(12))
    full = [
        {
            "invoice": "1",
            "product": "TEA",
            "description": "TEA",
            "ordered_at": noon
            + dt.timedelta(days=row.get("day", 0), minutes=row.get("minute", 0)),
            "quantity": 1.0,
            "unit_price": 1.0,
            "customer_id": "A",
            "country": "Spain",
            "unreadable": False,
            "source_row": place + 2,
            "part": 0,
            "batch": 0,
        }
        | {name: value for name, value in row.items() if name not in {"day", "minute"}}
        for place, row in enumerate(rows)
    ]
    frame = pd.DataFrame(full)
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"]).astype("datetime64[us]")
    numbers = frame[["quantity", "unit_price"]].astype(float)
    texts = {name: frame[name].astype("str").astype("category") for name in TEXTS}
    return frame.assign(**numbers, **texts)


@st.composite
def histories(draw: st.DrawFn, *, at_least: int = 3) -> list[dict[str, Any]]:
    """Draw the events of a small shop: purchases, cancellations, mistakes, in any order."""
    event = st.fixed_dictionaries(
        {
            "day": st.integers(0, 12),
            "minute": st.integers(0, 2),
            "customer_id": st.sampled_from(["A", "A", "A", "B", "C", None]),
            "product": st.sampled_from(["TEA", "tea", "JAM", "POST"]),
            "quantity": st.sampled_from([-5, -2, -1, 0, 1, 2, 5, 6]),
            "unit_price": st.sampled_from([1.0, 1.0, 2.55, 0.0, 0.1]),
            "country": st.sampled_from(["Spain", "France"]),
            "invoice": st.sampled_from(["1", "1", "2", "3", "A6"]),
        }
    )
    rows = draw(st.lists(event, min_size=at_least, max_size=25))
    for row in rows:
        if row["quantity"] < 0 and row["invoice"] != "A6":
            row["invoice"] = f"C{row['invoice']}"
    return [
        {"day": 0, "customer_id": "A", "product": "TEA", "quantity": 9, "invoice": "9"},
        *rows,
    ]
