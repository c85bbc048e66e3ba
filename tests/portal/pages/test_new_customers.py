"""New customers: marked beside their segment, counted on its card, and welcomed."""

import pandas as pd
import pytest
from dash import Dash

from portal.kit.drawing.chart import Scope
from portal.pages.customer import panels
from portal.pages.customer import queries as of_customer
from portal.pages.plan.parts import greeted
from portal.pages.plan.segment_cards import segment_cards
from portal.pages.segments import queries as of_segments
from portal.reading.contacting import actions, economics
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.segments import newcomers, shares
from tests.portal.looking import looking

GREETING = economics.Welcome(strategy="Hello", actions=("Wave", "Smile"), channels=("e-mail",))


def test_new_customers_are_counted_by_segment_and_can_be_filtered(app: Dash) -> None:
    with looking(app, "shop") as run:
        rows = run.ask(shares(run, NO_FILTERS)).set_index("segment")
        counted = newcomers(run)
        everyone = run.ask(run.of_customers("select segment, tenure_days from customers"))
        kept = run.ask(of_segments.listed_customers(run, Filters(where=("is_new=yes",))))
    young = everyone[everyone["tenure_days"] < 30]
    expected = young["segment"].value_counts().to_dict()
    assert 0 < len(young) < len(everyone)
    assert {name: many for name, many in counted.items() if many} == expected
    assert rows["new_customers"].to_dict() == counted
    assert len(kept) == len(young)
    assert (kept["is_new"] == "yes").all()
    assert kept["tenure_days"].max() < 30


def test_the_card_of_a_segment_welcomes_its_new_customers(app: Dash) -> None:
    with looking(app, "shop") as run:
        cards = [str(card) for card in segment_cards(run, None)]
        counted = newcomers(run)
    for segment, many in counted.items():
        (card,) = [each for each in cards if f"'{segment}'" in each]
        assert ("the welcome, whatever the segment" in card) == (many > 0)
        if many:
            assert f"{many:,} customer" in card


def test_a_list_says_of_each_customer_what_the_customers_page_says(app: Dash) -> None:
    with looking(app, "shop") as run:
        said, bound = actions.suggested(run)
        sql = f"select customer_id, segment, is_new, {said} as action from customers"
        shown = run.ask(run.of_customers(sql, **bound))
    rows = shown.assign(is_new=(shown["is_new"] == "yes").astype(int), contact_reason=None)
    with looking(app, "shop") as run:
        listed = actions.first_actions(run, rows)
    assert listed.tolist() == shown["action"].tolist()
    assert listed.nunique() > 2


def test_one_is_and_several_are_new() -> None:
    assert greeted(1, GREETING) == (
        "1 customer is new and gets the welcome, whatever the segment: Wave; Smile (e-mail)."
    )
    assert greeted(2, GREETING).startswith("2 customers are new and get the welcome")


@pytest.mark.parametrize("is_new", ["yes", "no"])
def test_the_customers_page_says_who_is_new_and_what_is_done(is_new: str) -> None:
    row = {"customer_id": "A", "segment": "At Risk", "is_new": is_new}
    fits = pd.DataFrame({"model": ["bg_nbd"], "chosen": [True]})
    scope = Scope(choices={"customer": "A"})
    panel = panels.facts(
        pd.DataFrame([row]), scope, fits=fits, is_there=True, greeting="Hello: wave."
    )
    said = str(panel.content)
    assert ("Dd('At Risk, new')" in said) == ("Hello: wave." in said) == (is_new == "yes")


def test_the_greeting_is_that_of_the_playbook(app: Dash) -> None:
    with looking(app, "shop") as run:
        said = of_customer.greeting(run)
    greeting = economics.default_playbook().new
    assert greeting is not None
    assert said.startswith(f"{greeting.strategy}: {greeting.actions[0]};")
