"""One customer at a glance: three figures, and one sentence on why and what to do."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.drawing.tiles import Tile, kpi_tiles
from portal.reading.predicting.reckoned import Reckoned
from portal.words import wording

Known = dict[str, Any]

CHANCES = {
    "churn_probability": "Chance of leaving",
    "answer_probability": "Chance of answering",
}


def figures(profile: Known, currency: str, *, by: Reckoned) -> Component:
    """Write the three figures that say most of what is known."""
    written: list[Callable[[Known, str, Reckoned], Tile | None]] = [
        _value, _chance, _profit, _spent, _orders, _silent,
    ]  # fmt: skip
    tiles = [tile for write in written if (tile := write(profile, currency, by)) is not None]
    return html.Div(kpi_tiles(tiles[:3]), className="tiles")


def sentence(profile: Known, currency: str, *, by: Reckoned, why: str, action: str) -> str:
    """Say what is expected of the customer, why, what contacting brings and what to do."""
    expected = _expected(profile, by)
    reason = f"{expected}: {_begun_small(why)}" if expected and why else expected or why
    parts = [reason, _contact(profile, currency), f"What to do: {action}" if action else ""]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def weightiest(reasons: pd.DataFrame, task: str | None) -> str:
    """Give the reason that raises the probability most, else the weightiest one."""
    some = reasons[reasons["task"] == task] if len(reasons) and task else reasons.head(0)
    if some.empty:
        return ""
    raising = some[some["contribution"] > 0]
    return str((raising if len(raising) else some)["reason"].iloc[0])


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _expected(profile: Known, by: Reckoned) -> str:
    if "contact_reason" in profile:
        return f"A rule names this customer: {profile['contact_reason']}"
    if by.is_answer and "answer_probability" in profile:
        return f"Answers a campaign with {wording.percent(profile['answer_probability'])}"
    if "risk_band" in profile and "churn_probability" in profile:
        band = str(profile["risk_band"]).replace("unsure", "may leave or stay")
        return f"{band[:1].upper()}{band[1:]} ({wording.percent(profile['churn_probability'])})"
    return ""


def _contact(profile: Known, currency: str) -> str:
    if "contact_profit" not in profile:
        return ""
    profit = float(profile["contact_profit"])
    if profit > 0:
        return f"Contacting should bring {wording.money(profit, currency)}"
    lost = wording.money(abs(profit), currency)
    return f"Contacting would cost {lost} more than it brings" if profit else ""


def _value(profile: Known, currency: str, _by: Reckoned) -> Tile | None:
    if "clv_12m" not in profile:
        return None
    ends = [
        wording.money_short(profile.get(f"clv_12m_{end}"), currency) for end in ("low", "high")
    ]
    value = wording.money(float(profile["clv_12m"]), currency)
    return Tile("clv_12m", value, since=wording.interval(*ends).replace(wording.NOTHING, ""))


def _chance(profile: Known, _currency: str, by: Reckoned) -> Tile | None:
    name = "answer_probability" if by.is_answer else "churn_probability"
    if name not in profile:
        return None
    band = str(profile.get("risk_band", "")) if name == "churn_probability" else ""
    value = wording.percent(float(profile[name]))
    return Tile(name, value, since=band, title=CHANCES[name])


def _profit(profile: Known, currency: str, by: Reckoned) -> Tile | None:
    if "contact_profit" not in profile:
        return None
    profit = float(profile["contact_profit"])
    verdict = "worth contacting" if profit > 0 else "not worth contacting"
    title = "Expected profit of a contact"
    return Tile(by.profit, wording.money(profit, currency), since=verdict, title=title)


def _spent(profile: Known, currency: str, _by: Reckoned) -> Tile | None:
    if "monetary" not in profile:
        return None
    return Tile(
        "monetary", wording.money(float(profile["monetary"]), currency), title="Spent so far"
    )


def _orders(profile: Known, _currency: str, _by: Reckoned) -> Tile | None:
    if "frequency" not in profile:
        return None
    return Tile("frequency", wording.number(float(profile["frequency"])))


def _silent(profile: Known, _currency: str, _by: Reckoned) -> Tile | None:
    if "recency_days" not in profile:
        return None
    return Tile("recency", wording.days(float(profile["recency_days"])))
