"""What is known of customers that a field of the source has a part in."""

import datetime as dt
import json

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.features.attributes import BY_NAME
from pipeline.features.customers import made_from
from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.marketing import made_up_marketing
from pipeline.settings import RuleSettings
from pipeline.sources.columns import match
from pipeline.sources.customer_rows import typed_rows
from pipeline.sources.parts import Part

DAY = dt.date(2026, 1, 1)


def fields(form: str, table: pa.Table) -> pd.DataFrame:
    columns = match(table.column_names, form)
    rows = typed_rows(Part("x", None, table), form, columns, unusable_share=1.0).to_pandas()
    told = pd.DataFrame([json.loads(each) for each in rows["fields"]])
    return told.assign(customer_id=rows["customer_id"])


@pytest.fixture(scope="module")
def marketing() -> pd.DataFrame:
    return fields("marketing", made_up_marketing(120, seed=1))


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        ("response", {"response", "is_promotional"}),
        ("complain", {"complain"}),
        ("teenagers_at_home", {"children"}),
        ("accepted_3", {"campaigns_accepted"}),
        ("birth_year", {"age"}),
        ("enrolled_on", {"tenure_days"}),
        ("education", {"education"}),
        ("purchases_web", {"purchases_web", "frequency", "average_basket"}),
        ("cost_of_contact", set()),
        ("not_there", set()),
    ],
)
def test_what_a_field_of_marketing_goes_into(
    marketing: pd.DataFrame, field: str, attributes: set[str]
) -> None:
    found = made_from("marketing", field, marketing, RuleSettings(), as_of=DAY)
    assert found & set(BY_NAME) == attributes


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        ("membership", {"membership"}),
        ("items_purchased", {"items_purchased", "frequency"}),
        ("days_since_last_purchase", {"recency_days"}),
        ("discount_applied", {"discount_applied", "is_promotional"}),
    ],
)
def test_what_a_field_of_behaviour_goes_into(field: str, attributes: set[str]) -> None:
    people = fields("behaviour", made_up_behaviour(120, seed=1))
    found = made_from("behaviour", field, people, RuleSettings(), as_of=None)
    assert found & set(BY_NAME) == attributes
