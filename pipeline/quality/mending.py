"""Forms with one row a customer: odd values mended, empty rows left out, all counted.

Nothing is imputed here: a missing value stays missing until a model fills it from the customers
it is trained on.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from pipeline.base.errors import SettingsError, SourceError
from pipeline.quality import row_rules as rules
from pipeline.quality.findings import EXAMPLES, Finding
from pipeline.quality.rules import Rule
from pipeline.sources.customers.own import DATE, own_of
from pipeline.sources.forms import PEOPLE
from pipeline.sources.outcomes import outcome_of
from pipeline.trade_settings import CleaningSettings

ACTIVITY = "market-activity"
CUSTOMERS = "market-activity/customers"
PERIODS = {
    "препредыдущий_месяц": "before_last_month",
    "предыдущий_месяц": "last_month",
    "предыдцщий_месяц": "last_month",
    "текущий_месяц": "this_month",
}
"""Months as the source names them; one name is misspelt in the public files."""
MONTHLY = {"market-activity/revenue": "revenue", "market-activity/minutes": "minutes"}
ALIASES = {
    "service_type": {"стандартт": "стандарт"},
    "marital_status": {"Alone": "Single"},
    "period": {"предыдцщий_месяц": "предыдущий_месяц"},
}
NO_ANSWER = {"marital_status": frozenset({"Absurd", "YOLO"})}
NO_FIELDS = {"batch", "part", "source_row", "form", "unreadable", "customer_id", "period"}
DAYS = ("enrolled_on", "first_order_on", "last_order_on", "left_on")
"""Fields that say when something was known of a customer."""
OLDEST = 110
TIMES_MEDIAN = 10.0
"""An amount above so many times the median is a slip of the keyboard or a placeholder."""
AMOUNTS = ("income", "revenue", "profit")
NEVER_NEGATIVE = (
    "recency_days", "spend_wines", "spend_fruits", "spend_meat", "spend_fish", "spend_sweets",
    "spend_gold", "purchases_web", "purchases_catalogue", "purchases_store", "purchases_deals",
    "web_visits_month", "income", "children_at_home", "teenagers_at_home", "total_spend",
    "items_purchased", "days_since_last_purchase", "days_registered", "promotional_share",
    "categories_per_visit", "unpaid_products", "service_errors", "pages_per_visit", "minutes",
    "revenue", "frequency", "tenure_days", "tenure_months",
)  # fmt: skip


class Mended(NamedTuple):
    """Customers with the fields of their source, and what every rule did.

    customers : one row per customer, a column per field; monthly figures of market activity
        as `revenue_this_month` and the like.
    rows_kept : rows of the source behind them.
    as_of : the day on which they are seen; `None` where the source has no day.
    """

    customers: pd.DataFrame
    findings: tuple[Finding, ...]
    rows_kept: int
    as_of: dt.date | None


def mend(
    records: pd.DataFrame, settings: CleaningSettings, *, as_of: dt.date | None = None
) -> Mended:
    """Apply the rules to records in the order of their sources.

    `records` has `batch`, `part`, `source_row`, `form`, `customer_id`, `fields` (JSON) and
    `unreadable`. Raises `SourceError` where more rows are unreadable than the settings allow,
    a table of market activity is missing, or no customer is left.
    """
    sieve = _Sieve(_expanded(records))
    _refuse_missing_tables(sieve.rows)
    newest = sieve.rows.groupby(_person(sieve.rows))["batch"].transform("max")
    sieve.take(rules.REPLACED, sieve.rows["batch"] < newest)
    sieve.take(rules.UNREADABLE, sieve.rows["unreadable"])
    _refuse_unreadable(sieve, settings)
    sieve.take(rules.NOBODY, sieve.rows["customer_id"].isna())
    _take_repeated(sieve)
    _remark_alike(sieve)
    _mend_words(sieve)
    day = as_of or _newest_day(sieve.rows)
    if as_of is not None and "enrolled_on" in sieve.rows:
        sieve.take(rules.LATER, _days(sieve.rows) > pd.Timestamp(as_of))
        _refuse_too_early(sieve, as_of)
    _take_strangers(sieve)
    _mend_numbers(sieve, day)
    _remark(sieve)
    if not len(sieve.rows):
        raise SourceError(
            f"no customer is left of {len(records):,} rows",
            remedy="check the columns with --map",
        )
    return Mended(_customers(sieve.rows), tuple(sieve.findings), len(sieve.rows), day)


class _Sieve:
    """Rows that no rule has taken yet, and what the rules did."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self.findings: list[Finding] = []

    def take(self, rule: Rule, which: pd.Series) -> None:
        """Take the rows that are marked, and report them even where there are none."""
        self._report(rule, self.rows[which], removes=True)
        self.rows = self.rows[~which]

    def change(
        self, rule: Rule, column: str, which: pd.Series, to: Callable[[pd.Series], Any]
    ) -> None:
        """Give marked cells another value; report where there are some."""
        if not which.any():
            return
        self._report(rule, self.rows[which], column=column)
        self.rows.loc[which, column] = to(self.rows.loc[which, column])

    def remark(self, rule: Rule, which: pd.Series, *, column: str | None = None) -> None:
        """Report marked rows where there are some, and leave them as they are."""
        if which.any():
            self._report(rule, self.rows[which], column=column)

    def _report(
        self,
        rule: Rule,
        rows: pd.DataFrame,
        *,
        removes: bool = False,
        column: str | None = None,
    ) -> None:
        columns = ["source_row", "customer_id", *([column] if column else [])]
        first = rows[columns].head(EXAMPLES).astype(object)
        title = f"{rule.title}: {column.replace('_', ' ')}" if column else rule.title
        self.findings.append(
            Finding(
                "cleaning",
                f"{rule.name}_{column}" if column else rule.name,
                title,
                rule.explanation,
                len(rows),
                removes=removes,
                examples=tuple(
                    {str(name): value for name, value in row.items()}
                    for row in first.where(first.notna(), None).to_dict("records")
                ),
            )
        )


def _expanded(records: pd.DataFrame) -> pd.DataFrame:
    """Spread the fields over columns of their own."""
    fields = pd.DataFrame(json.loads(f"[{','.join(records['fields'])}]"))
    return pd.concat([records.drop(columns="fields").reset_index(drop=True), fields], axis=1)


def _refuse_missing_tables(rows: pd.DataFrame) -> None:
    forms = set(rows["form"])
    if any(form.startswith(ACTIVITY) for form in forms) and CUSTOMERS not in forms:
        raise SourceError(
            "the file of customers with their activity is missing",
            remedy="give market activity's four files together, as a folder or one ZIP",
        )


def _person(rows: pd.DataFrame) -> list[pd.Series]:
    keys = [rows["form"], rows["customer_id"].fillna("")]
    return [*keys, rows["period"].fillna("")] if "period" in rows else keys


def _refuse_unreadable(sieve: _Sieve, settings: CleaningSettings) -> None:
    unreadable_rows = sieve.findings[-1].rows
    total = unreadable_rows + len(sieve.rows)
    if unreadable_rows > settings.unusable_share * total:
        raise SourceError(
            f"{unreadable_rows:,} of {total:,} rows hold a number or date that can't be read",
            row=int(sieve.findings[-1].examples[0]["source_row"]),
            remedy="mend them or raise cleaning.unusable_share in the settings to leave"
            " them out",
        )


def _mend_words(sieve: _Sieve) -> None:
    for column, aliases in ALIASES.items():
        if column in sieve.rows:
            sieve.change(
                rules.MISSPELT,
                column,
                sieve.rows[column].isin(list(aliases)),
                lambda cells, replacements=aliases: cells.map(replacements),  # type: ignore[misc]
            )
    for column, odd in NO_ANSWER.items():
        if column in sieve.rows:
            sieve.change(rules.NO_ANSWER, column, sieve.rows[column].isin(odd), lambda _: None)
    if "period" in sieve.rows:
        monthly = sieve.rows["form"].isin(list(MONTHLY))
        is_known_month = sieve.rows["period"].isin(list(PERIODS))
        sieve.take(rules.UNKNOWN_MONTH, monthly & ~is_known_month)


def _take_repeated(sieve: _Sieve) -> None:
    """Keep a customer's last row of each table and month."""
    keys = pd.concat(_person(sieve.rows), axis=1)
    same = keys.duplicated(keep="last")
    fields = [c for c in sieve.rows if c not in {"batch", "part", "source_row"}]
    equal = sieve.rows.duplicated(fields, keep="last") & same
    sieve.take(rules.OVERLAP, equal)
    sieve.take(rules.REPEATED, same[~equal])


def _take_strangers(sieve: _Sieve) -> None:
    """Take monthly figures of customers whom the file of customers doesn't name."""
    activity = sieve.rows["form"].str.startswith(ACTIVITY)
    if activity.any():
        customers = sieve.rows.loc[sieve.rows["form"] == CUSTOMERS, "customer_id"]
        sieve.take(rules.STRANGERS, activity & ~sieve.rows["customer_id"].isin(customers))


def _newest_day(rows: pd.DataFrame) -> dt.date | None:
    """Give the last day on which anything is known, by the best columns that tell one."""
    own = [name for name in rows if (own := own_of(str(name))) and own.kind == DATE]
    for columns in (DAYS, own):
        days = [
            pd.to_datetime(rows[name], format="%Y-%m-%d").max()
            for name in columns
            if name in rows
        ]
        known_days = [day for day in days if not pd.isna(day)]
        if known_days:
            newest: dt.date = max(known_days).date()
            return newest
    return None


def _days(rows: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(rows["enrolled_on"], format="%Y-%m-%d")


def _refuse_too_early(sieve: _Sieve, as_of: dt.date) -> None:
    if not len(sieve.rows):
        raise SettingsError(
            f"--as-of {as_of} lies before the first customer enrolled; give a later day."
        )


def _mend_numbers(sieve: _Sieve, day: dt.date | None) -> None:
    if "birth_year" in sieve.rows and day is not None:
        born = sieve.rows["birth_year"]
        sieve.change(
            rules.IMPOSSIBLE,
            "birth_year",
            (born < day.year - OLDEST) | (born > day.year),
            lambda _: None,
        )
    if "age" in sieve.rows:
        age = sieve.rows["age"]
        sieve.change(rules.IMPOSSIBLE, "age", (age < 0) | (age > OLDEST), lambda _: None)
    for column in NEVER_NEGATIVE:
        if column in sieve.rows:
            sieve.change(rules.IMPOSSIBLE, column, sieve.rows[column] < 0, lambda _: None)
    for column in AMOUNTS:
        if column in sieve.rows:
            amounts = sieve.rows[column]
            usual = amounts[amounts > 0].median()
            absurd = amounts > TIMES_MEDIAN * usual
            sieve.change(rules.ABSURD, column, absurd, lambda _: None)


def _remark_alike(sieve: _Sieve) -> None:
    """Report customers equal in everything that their source says, but for their number."""
    people = sieve.rows["form"].isin(PEOPLE)
    fields = [c for c in sieve.rows if c not in NO_FIELDS]
    sieve.remark(
        rules.ALIKE,
        people
        & sieve.rows[people].duplicated(fields).reindex(sieve.rows.index, fill_value=False),
    )


def _remark(sieve: _Sieve) -> None:
    """Report fields that hold one value, and gaps; who has no outcome is no gap."""
    for form in sieve.rows["form"].unique():
        rows = sieve.rows[sieve.rows["form"] == form]
        fields = [
            c
            for c in rows
            if c not in NO_FIELDS and outcome_of(c) is None and rows[c].notna().any()
        ]
        constant = [c for c in fields if len(rows) > 1 and _holds_one(rows[c])]
        if constant:
            sieve.findings.append(
                _said(rules.CONSTANT, len(rows), {c: rows[c].iloc[0] for c in constant})
            )
        gaps = {c: int(rows[c].isna().sum()) for c in fields if rows[c].isna().any()}
        if gaps:
            anywhere = int(rows[list(gaps)].isna().any(axis=1).sum())
            sieve.findings.append(_said(rules.MISSING, anywhere, gaps))


def _holds_one(column: pd.Series) -> bool:
    return len(column.unique()) == 1


def _said(rule: Rule, rows: int, values: Mapping[str, object]) -> Finding:
    examples = tuple({"column": str(name), "value": _plain(v)} for name, v in values.items())
    return Finding("cleaning", rule.name, rule.title, rule.explanation, rows, examples=examples)


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else value


def _customers(rows: pd.DataFrame) -> pd.DataFrame:
    """Give one row per customer; join market activity's tables."""
    inner = sorted(NO_FIELDS & set(rows) - {"customer_id"})
    if CUSTOMERS not in set(rows["form"]):
        return rows.drop(columns=inner).sort_values("customer_id", ignore_index=True)
    people = _table(rows, CUSTOMERS)
    for form, measure in MONTHLY.items():
        monthly = _table(rows, form)
        if len(monthly):
            months = monthly["period"].map(PERIODS)
            wide = monthly.assign(month=measure + "_" + months).pivot_table(
                index="customer_id", columns="month", values=measure, aggfunc="last"
            )
            people = people.merge(wide, on="customer_id", how="left")
    profits = _table(rows, "market-activity/profit")
    if len(profits):
        people = people.merge(profits[["customer_id", "profit"]], on="customer_id", how="left")
    return people.sort_values("customer_id", ignore_index=True)


def _table(rows: pd.DataFrame, form: str) -> pd.DataFrame:
    """Give one table of market activity with the columns that it has."""
    own = rows[rows["form"] == form]
    filled_columns = [c for c in own if own[c].notna().any()]
    return own[filled_columns].drop(
        columns=["batch", "part", "source_row", "form", "unreadable"], errors="ignore"
    )
