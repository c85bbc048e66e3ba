"""What a run stores of a small shop with orders, and of customers without."""

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd

from pipeline.features.customers import derived
from pipeline.features.days import day_number
from pipeline.features.history import COUNTRY, HISTORY
from pipeline.learning.candidates import FAMILIES, build
from pipeline.run.progress import Silent
from pipeline.scoring.given import Given, given_states, states_of_orders
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.membership import segmentation
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served
from pipeline.scoring.store import pack_segmentation, pack_served
from pipeline.scoring.stored import Stored
from pipeline.segments.mixed import input_attributes, mixed_space
from pipeline.segments.spaces import rfm_space
from pipeline.segments.stage import Segments, segments
from pipeline.settings import OutlierSettings, SegmentSettings, Settings

DAY = dt.date(2024, 6, 30)
SETTINGS = Settings(currency="EUR").model_dump(mode="json")
OF_ORDERS = (
    *(Feature(each.name, each.title, each.unit, is_skewed=each.is_skewed) for each in HISTORY),
    Feature(COUNTRY, "Country", is_number=False),
)
OUTCOMES = {
    "churn": ("stays", "leaves"),
    "activity_drop": ("holds", "drops"),
    "high_value": ("usual", "high value"),
}


@cache
def orders(number: int = 300, *, seed: int = 0) -> pd.DataFrame:
    """Give the orders of customers up to a day, some of them long ago."""
    chance = np.random.default_rng(seed)
    count = 1 + chance.poisson(3, number)
    customer = np.repeat(np.arange(number), count)
    last = chance.gamma(1, 90, number)
    ago = (last[customer] + chance.gamma(1, 60, len(customer)) * (count[customer] > 1)).round()
    value = chance.lognormal(3.5, 0.8, len(customer)).round(2)
    sent_back = np.where(chance.random(len(customer)) < 0.1, value * 0.4, 0.0).round(2)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{each:03}" for each in customer],
            "country": np.array(["France", "Spain", "Peru"])[customer % 7 % 3],
            "ordered_on": [DAY - dt.timedelta(days=int(each)) for each in ago],
            "value": value,
            "items": chance.integers(1, 20, len(customer)).astype(float),
            "returned": sent_back,
        }
    )
    return frame.sort_values(["customer_id", "ordered_on"], ignore_index=True)


def seen(frame: pd.DataFrame | None = None) -> Given:
    """Look at the customers of orders on the day, as scoring does."""
    states = states_of_orders(orders() if frame is None else frame)
    return given_states(states, day_number(DAY), horizon_days=90, active_days=365)


def fitted(
    task: str,
    family: str,
    frame: pd.DataFrame,
    truth: np.ndarray,
    *,
    classes: tuple[str, ...],
    features: tuple[Feature, ...],
) -> Served:
    """Fit a family with its defaults."""
    rows = prepared(frame, features)
    chosen = FAMILIES[family]
    model = build(chosen, chosen.defaults, features, seed=0).fit(rows, truth)
    return Served(
        task, family, classes, features, model, reference=reference(model, features, rows)
    )


@cache
def stored_of_orders(algorithm: str = "kmeans", churn: str = "xgboost") -> dict[str, Stored]:
    """Give a segmentation and a model of every task on orders."""
    known = seen().features
    grouped = segments(
        known.assign(as_of=DAY),
        SegmentSettings(algorithm=algorithm, tuning=False, bootstraps=2),
        outlying=OutlierSettings(method="off"),
        seed=0,
        progress=Silent(),
        space_of=lambda _: rfm_space(),
    )
    pull = known["recency_days"] / 60 - known["frequency"] / 3
    pull = pull + np.random.default_rng(1).logistic(size=len(known))
    truth = (pull > pull.median()).to_numpy(dtype=np.int64)
    names = tuple(sorted(set(grouped.customers["segment"])))
    places = pd.Categorical(grouped.customers["segment"], categories=names).codes
    families = {"churn": churn, "activity_drop": "logistic_regression",
                "high_value": "decision_tree"}  # fmt: skip
    served = [
        *(
            fitted(
                task, families[task], known, truth, classes=classes, features=OF_ORDERS
            )
            for task, classes in OUTCOMES.items()
        ),
        fitted(
            "segment_replication", "logistic_regression", known, places.astype(np.int64),
            classes=names,
            features=tuple(
                each for each in OF_ORDERS if each.name in grouped.inputs
            ),
        ),
    ]  # fmt: skip
    kept = [
        packed_segments(grouped),
        *map(pack_served, served),
    ]
    return {each.name: each for each in kept}


def packed_segments(grouped: Segments) -> Stored:
    return pack_segmentation(segmentation(grouped.model, grouped.inputs, grouped.cluster_names))


def people(number: int = 400, *, seed: int = 0) -> pd.DataFrame:
    """Give customers of market activity by the attributes that the form asks for."""
    chance = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": [f"p{each:03}" for each in range(number)],
            "service_type": chance.choice(["standard", "premium"], number, p=[0.8, 0.2]),
            "messages_allowed": chance.choice(["yes", "no"], number),
            "tenure_days": chance.integers(30, 900, number).astype(float),
            "promotional_share": chance.beta(1, 4, number).round(3),
            "pages_per_visit": chance.integers(1, 20, number).astype(float),
            "revenue_before_last_month": chance.gamma(4, 300, number).round(1),
            "revenue_last_month": chance.gamma(4, 300, number).round(1),
            "revenue_this_month": chance.gamma(4, 300, number).round(1),
            "profit": chance.normal(4, 1, number).round(2),
        }
    )
    frame.loc[chance.random(number) < 0.1, "pages_per_visit"] = np.nan
    return frame


PEOPLE = (
    Feature("service_type", "Service type", is_number=False),
    Feature("tenure_days", "Days as a customer", "days", is_skewed=True),
    Feature("monetary", "Spend", "money", is_skewed=True),
    Feature("promotional_share", "Share bought on promotion", "share"),
    Feature("pages_per_visit", "Pages per visit", "count", is_skewed=True),
    Feature("profit", "Profit", "money"),
)


@cache
def stored_of_people() -> dict[str, Stored]:
    """Give a segmentation and the models of customers without orders."""
    whole = derived("market-activity", people())
    whole = whole.assign(as_of=DAY, recency_days=np.nan, frequency=np.nan, country=None)
    roles = ("spend", "behaviour")
    grouped = segments(
        whole,
        SegmentSettings(algorithm="gaussian_mixture", tuning=False, bootstraps=2),
        outlying=OutlierSettings(method="off"),
        seed=0,
        progress=Silent(),
        space_of=lambda newest: mixed_space(newest, roles),
    )
    assert "revenue_last_month" in input_attributes(whole, roles)
    names = tuple(sorted(set(grouped.customers["segment"])))
    places = pd.Categorical(grouped.customers["segment"], categories=names).codes
    pull = whole["promotional_share"] * 4 - whole["pages_per_visit"].fillna(10) / 8
    truth = (pull > pull.median()).to_numpy(dtype=np.int64)
    service = (Feature("service_type", "Service type", is_number=False),)
    served = [
        fitted(
            "activity_drop", "random_forest", whole, truth,
            classes=("holds", "drops"), features=PEOPLE,
        ),
        fitted(
            "segment", "decision_tree", whole, places.astype(np.int64),
            classes=names, features=service,
        ),
    ]  # fmt: skip
    kept = [
        packed_segments(grouped),
        *map(pack_served, served),
    ]
    return {each.name: each for each in kept}
