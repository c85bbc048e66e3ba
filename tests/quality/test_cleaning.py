"""The rules: each row is counted once, by the first rule that takes it."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SettingsError, SourceError
from pipeline.quality.cleaning import Cleaned, clean
from pipeline.trade_settings import CleaningSettings
from tests.quality.order_lines import as_lines, histories

SWITCHES = (
    "overlaps", "duplicates", "adjustments", "fees", "write_offs", "free", "netting",
)  # fmt: skip


@st.composite
def cleanings(draw: st.DrawFn) -> CleaningSettings:
    return CleaningSettings(
        method=draw(st.sampled_from(["net", "net", "usual"])),
        anonymous=draw(st.sampled_from(["keep", "drop"])),
        unusable_share=1,
        **{switch: draw(st.booleans()) for switch in SWITCHES},
    )


@st.composite
def untidy_lines(draw: st.DrawFn) -> pd.DataFrame:
    """Draw lines with missing and unreadable cells, duplicates, parts and batches."""
    events = draw(histories(at_least=6))
    lines = as_lines(events + draw(st.lists(st.sampled_from(events), max_size=6)))
    size = len(lines)
    flags = st.lists(st.integers(0, 9), min_size=size, max_size=size)
    lines["part"] = sorted(number % 3 for number in draw(flags))
    lines["batch"] = lines["part"] // 2
    lines["unreadable"] = [number == 0 for number in draw(flags)]
    lines["quantity"] = lines["quantity"].mask([number == 0 for number in draw(flags)])
    lines["invoice"] = lines["invoice"].mask([number == 0 for number in draw(flags)])
    return lines


def cleaned_or_not(lines: pd.DataFrame, settings: CleaningSettings, **more) -> Cleaned:
    try:
        return clean(lines, settings, **more)
    except SourceError as error:
        assume("no purchase of a known customer is left" not in str(error))
        raise


@settings(max_examples=60)
@given(untidy_lines(), cleanings(), st.integers(2, 7))
def test_rules_take_the_same_in_any_number_of_buckets(lines, chosen, buckets):
    whole = cleaned_or_not(lines, chosen)
    parted = clean(lines, chosen, buckets=buckets)
    pd.testing.assert_frame_equal(parted.purchases, whole.purchases)
    pd.testing.assert_frame_equal(parted.cancellations, whole.cancellations)
    assert parted.findings == whole.findings


@settings(max_examples=40)
@given(untidy_lines(), cleanings(), st.none() | st.integers(0, 12))
def test_every_row_is_kept_or_counted_once(lines, chosen, day):
    as_of = dt.date(2024, 1, 1) + dt.timedelta(days=day) if day is not None else None
    try:
        cleaned = cleaned_or_not(lines, chosen, as_of=as_of)
    except SettingsError:
        assume(False)
    taken = sum(finding.rows for finding in cleaned.findings)
    assert len(lines) == len(cleaned.purchases) + taken
    assert cleaned.purchases.index.is_unique
    assert all(finding.removes for finding in cleaned.findings)
    assert all(finding.rows >= len(finding.examples) for finding in cleaned.findings)
    assert len({finding.rule for finding in cleaned.findings}) == len(cleaned.findings)
    if chosen.method == "net":
        by_rule = {finding.rule: finding.rows for finding in cleaned.findings}
        assert by_rule["cancellation_matched"] == len(cleaned.cancellations)
    assert set(cleaned.cancellations["purchase"]) <= set(cleaned.purchases.index)


@settings(max_examples=10)
@given(untidy_lines(), cleanings())
def test_lines_are_left_as_they_were(lines, chosen):
    before = lines.copy(deep=True)
    cleaned_or_not(lines, chosen)
    pd.testing.assert_frame_equal(lines, before)


def rule_of(row: dict, **settings) -> str | None:
    """Name the rule that takes a row which stands beside a good purchase."""
    lines = as_lines([{"invoice": "99", "product": "JAM"}, row])
    cleaned = clean(lines, CleaningSettings(unusable_share=1, **settings))
    assert 0 in cleaned.purchases.index
    taken = [finding.rule for finding in cleaned.findings if finding.rows]
    assert len(taken) + len(cleaned.purchases) == 2
    return taken[0] if taken else None


RULES = [
    ({}, None),
    ({"quantity": -1, "invoice": "C7"}, "cancellation_unmatched"),
    ({"quantity": -1}, "cancellation_unmatched"),
    ({"quantity": 1, "invoice": "C7"}, "cancellation_unmatched"),
    ({"invoice": "99", "product": "JAM", "quantity": -1}, "cancellation_matched"),
    ({"quantity": -1, "customer_id": None}, "cancellation_anonymous"),
    ({"quantity": 0, "invoice": "C7"}, "free"),
    ({"quantity": 2, "invoice": "CA-2024-7"}, None),
    ({"quantity": -1, "unit_price": 0.0}, "write_off"),
    ({"unit_price": 0.0}, "free"),
    ({"quantity": 0}, "free"),
    ({"unit_price": -5.0}, "adjustment"),
    ({"invoice": "A506401"}, "adjustment"),
    ({"invoice": "AB-7"}, None),
    ({"product": "post"}, "fee"),
    ({"product": "gift_0001_20"}, "fee"),
    ({"product": "POSTER"}, None),
    ({"invoice": "99", "product": "JAM"}, "duplicate"),
    ({"invoice": "99", "product": "jam"}, "duplicate"),
    ({"customer_id": None}, None),
    ({"quantity": None}, "incomplete"),
    ({"ordered_at": None}, "incomplete"),
    ({"quantity": None, "unreadable": True}, "unreadable"),
]


@pytest.mark.parametrize(("row", "rule"), RULES)
def test_which_rule_takes_a_row(row, rule):
    assert rule_of(row) == rule


SWITCHED_OFF = [
    ({"invoice": "99", "product": "JAM"}, {"duplicates": False}, None),
    ({"product": "POST"}, {"fees": False}, None),
    ({"product": "TEA"}, {"fee_codes": ("tea",)}, "fee"),
    ({"product": "TEA"}, {"fee_prefixes": ("te",)}, "fee"),
    ({"product": "gift_1"}, {"fee_prefixes": ()}, None),
    ({"invoice": "A1"}, {"adjustments": False}, None),
    ({"unit_price": 0.0}, {"free": False}, None),
    ({"quantity": -1, "unit_price": 0.0}, {"write_offs": False}, "not_positive"),
    ({"invoice": "99", "product": "JAM", "quantity": -1}, {"netting": False},
     "cancellation_unmatched"),
    ({"customer_id": None}, {"anonymous": "drop"}, "anonymous"),
    ({"customer_id": None}, {"method": "usual"}, "anonymous"),
    ({"invoice": "C7", "quantity": -1}, {"method": "usual"}, "cancelled"),
    ({"quantity": -1}, {"method": "usual"}, "not_positive"),
    ({"invoice": "99", "product": "JAM"}, {"method": "usual"}, None),
    ({"product": "POST"}, {"method": "usual"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("row", "settings", "rule"), SWITCHED_OFF)
def test_which_rule_takes_a_row_by_setting(row, settings, rule):
    assert rule_of(row, **settings) == rule


def test_parts_that_overlap_are_counted_once():
    """A row that an earlier part holds twice is dropped twice from the later one."""
    rows = [{"part": 0}, {"part": 0}, {"part": 1}, {"part": 1}, {"part": 1}]
    cleaned = clean(as_lines(rows), CleaningSettings(duplicates=False))
    taken = {finding.rule: finding.rows for finding in cleaned.findings if finding.rows}
    assert taken == {"overlap": 2}
    assert cleaned.purchases.index.tolist() == [0, 1, 4]
    apart = clean(as_lines(rows), CleaningSettings(duplicates=False, overlaps=False))
    assert len(apart.purchases) == 5


def test_a_newer_batch_replaces_whole_invoices():
    rows = [
        {"invoice": "1", "batch": 0, "quantity": 3},
        {"invoice": "1", "batch": 0, "product": "JAM"},
        {"invoice": "2", "batch": 0},
        {"invoice": "1", "batch": 1, "quantity": 4},
    ]
    cleaned = clean(as_lines(rows), CleaningSettings())
    assert cleaned.purchases[["invoice", "quantity"]].to_numpy().tolist() == [
        ["2", 1],
        ["1", 4],
    ]
    assert cleaned.findings[0].rows == 2


def test_many_unreadable_rows_refuse_the_source():
    rows = [{"invoice": str(n), "unreadable": n == 7} for n in range(20)]
    assert len(clean(as_lines(rows), CleaningSettings(unusable_share=0.05)).purchases) == 19
    with pytest.raises(SourceError, match="row 9: 1 of 20 rows can't be used: 1 hold a date"):
        clean(as_lines(rows), CleaningSettings(unusable_share=0.04))


def test_a_day_before_everything_is_refused():
    with pytest.raises(SettingsError, match="which is of 2024-01-01; give a later day"):
        clean(as_lines([{}]), CleaningSettings(), as_of=dt.date(2023, 12, 31))


def test_nothing_left_says_which_rule_took_most():
    rows = [{"product": "POST", "minute": n} for n in range(3)]
    with pytest.raises(SourceError, match="Postage, fees, discounts and vouchers”: 3"):
        clean(as_lines(rows), CleaningSettings())


def test_every_field_of_the_finding_is_told():
    rows = [{}, {"product": "POST", "quantity": 2, "unit_price": 7.5, "customer_id": None}]
    (fee,) = [f for f in clean(as_lines(rows), CleaningSettings()).findings if f.rows]
    assert (fee.rule, fee.rows, fee.amount, fee.removes) == ("fee", 1, 15.0, True)
    assert fee.examples[0]["product"] == "POST"
    assert fee.examples[0]["customer_id"] is None
    assert fee.examples[0]["source_row"] == 3
    assert fee.examples[0]["ordered_at"] == "2024-01-01 12:00:00"
