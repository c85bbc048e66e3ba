"""What each column of a table of customers is taken for, and what is refused as none."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.arrival import Reading, arrivals, key_of
from pipeline.sources.customers.own import own_key, own_of
from pipeline.sources.customers.roles import Guessed, roles_of
from pipeline.sources.customers.rows import roles_of_part, rows_of_customers
from pipeline.sources.mappings import read_mapping, read_outcomes
from pipeline.sources.parts import Part, TypedPart
from tests.customer_tables import TABLES, bank, flo, mall, rfm, subscriptions, telco, written

ORDERS = "order-lines"


def part_of(frame: pd.DataFrame) -> Part:
    """Read a frame as a CSV file would be: every cell a text, gaps empty."""
    texts = {
        name: pa.array([None if pd.isna(cell) else str(cell) for cell in frame[name]])
        for name in frame
    }
    return Part("people.csv", None, pa.table(texts))


def key(frame: pd.DataFrame, form: str = "auto", **mapping: str) -> str | None:
    return key_of(part_of(frame), Reading(form, (), mapping, 0.05))


def read(path: Path, **how: object) -> TypedPart:
    reading = Reading("auto", (), {}, 0.05)._replace(**how)  # type: ignore[arg-type]
    (arrival,) = arrivals((str(path),), reading)
    (found,) = list(arrival.lines())
    return found


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_customers_are_told_from_orders(name: str) -> None:
    assert key(TABLES[name]()) == "customers"


def test_every_column_of_subscribers_has_its_role() -> None:
    roles = roles_of(part_of(telco()).table, {})
    assert roles.fields["customer_id"] == ("customerID",)
    assert roles.fields["monetary"] == ("TotalCharges",)
    assert roles.outcomes == (Guessed("Churn", "leaving"),)
    assert roles.own["yes_no: SeniorCitizen"] == "SeniorCitizen"
    assert roles.own["category: Contract"] == "Contract"
    assert roles.own["money: MonthlyCharges"] == "MonthlyCharges"
    assert roles.own["number: tenure"] == "tenure", "months or years: nothing says which"
    assert not roles.left_out
    assert roles.usable == 19


def test_names_and_numbers_of_rows_of_a_bank_are_left_out() -> None:
    roles = roles_of(part_of(bank()).table, {})
    assert roles.left_out == {"RowNumber": "unused", "Surname": "unused"}
    assert roles.outcomes == (Guessed("Exited", "leaving"),)
    assert roles.fields["country"] == ("Geography",)
    assert roles.fields["income"] == ("EstimatedSalary",)


def test_a_score_of_spending_is_no_money() -> None:
    roles = roles_of(part_of(mall()).table, {})
    assert roles.own == {"number: Spending Score (1-100)": "Spending Score (1-100)"}
    assert not roles.outcomes


def test_totals_of_each_way_to_buy_are_added_up() -> None:
    frame = flo()
    roles = roles_of(part_of(frame).table, {})
    assert roles.fields["frequency"] == (
        "order_num_total_ever_online",
        "order_num_total_ever_offline",
    )
    found = rows_of_customers(part_of(frame), 0, roles, named=False)
    rows = pd.DataFrame(map(json.loads, found.rows["fields"].to_pylist()))
    assert rows["monetary"].sum() == pytest.approx(
        frame.filter(like="customer_value").to_numpy().sum()
    )
    assert "monetary" not in roles.mapping, "one column of several would be too little"


def test_recency_of_a_model_of_repeats_is_not_days_of_silence() -> None:
    """Where `T` stands beside recency, it counts from the first purchase, money is a mean."""
    frame = rfm().rename(columns={"Monetary": "monetary_value"}).assign(T=400)
    frame["T"] += np.arange(len(frame)) % 9
    roles = roles_of(part_of(frame).table, {})
    assert not {"recency_days", "frequency", "monetary"} & set(roles.fields)
    assert "number: Recency" in roles.own


def test_the_day_of_leaving_tells_who_left_and_predicts_nothing() -> None:
    frame = subscriptions()
    roles = roles_of(part_of(frame).table, {})
    assert roles.outcomes == (Guessed("status", "leaving"),)
    assert roles.left_out["canceled_at"] == "telling"
    without = roles_of(part_of(frame.drop(columns="status")).table, {})
    assert without.outcomes == (Guessed("canceled_at", "leaving", by_presence=True),)
    found = rows_of_customers(
        part_of(frame.drop(columns="status")), 0, without, named=False
    ).rows["fields"]
    left = sum('"left"' in each for each in found.to_pylist())
    assert left == frame["canceled_at"].notna().sum()


@pytest.mark.parametrize(
    ("column", "words", "kind"),
    [
        ("Attrition_Flag", ("Existing Customer", "Attrited Customer"), "leaving"),
        ("Отток", ("0", "1"), "leaving"),
        ("Gekündigt", ("nein", "ja"), "leaving"),
        ("Retained", ("Yes", "No"), "staying"),
        ("Response", ("0", "1"), "answer"),
        ("y", ("no", "yes"), "answer"),
        ("Customer Status", ("Stayed", "Churned"), "leaving"),
        ("target", ("a", "b", "c"), None),
    ],
)
def test_outcomes_are_told_by_their_names(
    column: str, words: tuple[str, ...], kind: str | None
) -> None:
    frame = mall().assign(**{column: [words[i % len(words)] for i in range(200)]})
    assert roles_of(part_of(frame).table, {}).outcomes == (Guessed(column, kind),)


@pytest.mark.parametrize(
    ("column", "words"),
    [("Status", ("gold", "silver")), ("y", ("1.5", "2.5")), ("Churn", ("Yes",))],
)
def test_what_only_sounds_like_an_outcome_is_none(column: str, words: tuple[str, ...]) -> None:
    frame = mall().assign(**{column: [words[i % len(words)] for i in range(200)]})
    assert not roles_of(part_of(frame).table, {}).outcomes


def test_scores_and_reasons_of_leaving_are_left_out() -> None:
    frame = telco().assign(**{"Churn Score": np.arange(600) % 97, "Churn Reason": "Price"})
    frame.loc[frame["Churn"] == "No", "Churn Reason"] = None
    left_out = roles_of(part_of(frame).table, {}).left_out
    assert left_out == {"Churn Score": "telling", "Churn Reason": "telling"}


def test_a_mapping_changes_roles(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        "category: [tenure, SeniorCitizen]\nignore: PaymentMethod\noutcome: Partner\n"
        "age: SupportCalls\n"
    )
    mapping, outcomes = read_mapping(path), read_outcomes(path)
    assert mapping["category: tenure"] == "tenure"
    roles = roles_of(part_of(telco()).table, mapping, outcomes)
    assert roles.own["category: SeniorCitizen"] == "SeniorCitizen"
    assert "number: tenure" not in roles.own
    assert roles.left_out["PaymentMethod"] == "ignore"
    assert roles.fields["age"] == ("SupportCalls",)
    assert roles.outcomes == (Guessed("Partner", None),)
    assert "yes_no: Churn" in roles.own, "only what is named is the outcome then"


def test_a_mapping_that_names_no_column_for_a_role_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("number: []\n")
    with pytest.raises(SourceError, match="names no column as number"):
        read_mapping(path)


def test_rows_of_orders_stay_orders() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(100) % 40,
            "date": [dt.date(2024, 1, 1) + dt.timedelta(i) for i in range(100)],
            "amount": np.arange(100) * 1.5 + 2,
            "age": 30,
        }
    )
    assert key(frame) == ORDERS
    once = frame.drop_duplicates("customer_id").assign(first_purchase="2024-01-01")
    assert key(once) == ORDERS, "each customer may have come once"


def test_a_table_with_one_row_a_customer_wins_over_orders_where_it_says_who_left() -> None:
    frame = subscriptions().assign(amount=9.5).rename(columns={"started_at": "date"})
    assert key(frame) == "customers"
    assert key(frame, ordered_at="date") == ORDERS, "a mapping is believed"


def test_products_without_customers_are_no_customers() -> None:
    frame = pd.DataFrame(
        {
            "sku": [f"P{i}" for i in range(60)],
            "stock": np.arange(60) % 17,
            "price": np.arange(60) * 1.25,
            "category": ["a", "b", "c"] * 20,
        }
    )
    assert key(frame) is None
    assert key(frame, form="customers") == "customers", "who says so is believed"


def test_several_rows_of_a_customer_are_refused_in_words() -> None:
    frame = telco().assign(customerID=[f"S{i // 2}" for i in range(600)])
    with pytest.raises(SourceError, match="300 of 600 rows repeat the customer"):
        roles_of_part(part_of(frame), {}, ())
    nearly = telco()
    nearly.loc[:9, "customerID"] = "S1"
    assert roles_of_part(part_of(nearly), {}, ()).repeats == 9


def test_too_few_customers_or_columns_are_refused_in_words() -> None:
    with pytest.raises(SourceError, match="29 customers; a table of customers needs 30"):
        roles_of_part(part_of(telco().head(29)), {}, ())
    assert roles_of_part(part_of(telco().head(30)), {}, ())
    with pytest.raises(SourceError, match="1 usable column; a table of customers needs two"):
        roles_of_part(part_of(mall()[["CustomerID", "Age"]]), {}, ())


def test_rows_are_numbered_where_nobody_is_named(tmp_path: Path) -> None:
    found = read(written(tmp_path, "mall", mall().drop(columns="CustomerID")))
    assert found.rows["customer_id"].to_pylist()[:3] == ["2", "3", "4"]
    assert any(each.code == "no_identifier" for each in found.remarks)
    named = read(written(tmp_path, "named", mall()))
    assert not any(each.code == "no_identifier" for each in named.remarks)


def test_income_in_thousands_is_money_in_full(tmp_path: Path) -> None:
    frame = mall()
    rows = read(written(tmp_path, "mall", frame)).rows["fields"].to_pylist()
    assert f'"income": {frame["Annual Income (k$)"][0] * 1000}' in rows[0]


def test_cells_that_hold_something_else_are_gaps_and_counted(tmp_path: Path) -> None:
    frame = rfm().astype({"Monetary": object})
    frame.loc[:2, "Monetary"] = "lots"
    found = read(written(tmp_path, "rfm", frame))
    (said,) = [each for each in found.remarks if each.code == "cells_unread"]
    assert (said.level, said.rows) == ("warning", 3)
    assert not any(found.rows["unreadable"].to_pylist())


MUTATIONS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "columns in another order": lambda frame: frame[list(frame)[::-1]],
    "names in capitals": lambda frame: frame.rename(columns=str.upper),
    "blanks around names": lambda frame: frame.rename(columns=lambda name: f" {name} "),
    "an empty column": lambda frame: frame.assign(Notes=None),
    "a constant column": lambda frame: frame.assign(Kind="person"),
    "gaps": lambda frame: frame.mask(
        np.random.default_rng(1).random(frame.shape) < 0.03
    ).assign(**{name: frame[name] for name in frame if name.casefold().endswith("id")}),
    "rows shuffled": lambda frame: frame.sample(frac=1, random_state=3),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_roles_survive_what_people_do_to_files(name: str, mutation: str) -> None:
    frame = TABLES[name]()
    changed = MUTATIONS[mutation](frame)
    assert key(changed) == "customers"
    before, after = (roles_of(part_of(each).table, {}) for each in (frame, changed))
    assert set(after.fields) == set(before.fields)
    assert len(after.own) == len(before.own)
    assert [each.kind for each in after.outcomes] == [each.kind for each in before.outcomes]


def test_names_that_statements_or_models_mind_are_written_otherwise() -> None:
    odd = own_key("number", 'a"[b]<c>{d}\x07__e')
    assert odd == "number: a b c d _e"
    assert own_of(odd) == ("number", "a b c d _e")
    assert own_key("yes_no", "VIP") == "yes_no: VIP column", "a label of our own has the name"
    assert own_key("number", "x", {"number: x"}) == "number: x 2"
