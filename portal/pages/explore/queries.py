"""What the explore page asks: groups, two-way tables, spreads, campaigns, labels, parts."""

import json
from typing import Any, NamedTuple

from portal.pages.explore import intervals
from portal.pages.explore.associations import FIRST_METHOD, METHODS
from portal.pages.explore.attributes import (
    EVERYONE,
    SPEND,
    attributes,
    first_group,
    first_number,
    first_pair,
    groupings,
    numbers,
    scopes,
    splits,
)
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, listed, of_database, quoted
from portal.words import praise
from portal.words.titles import CAMPAIGN

ASSOCIATIONS = """
select a.left, a.right, a.value, a.p_value, a.customers
from association a
where a.run_id = :run_id and a.scope = :scope and a.method = :method
order by a.left, a.right
"""

MEANS = """
with grouped as (
    select
        {by} as "group",
        {part} as part,
        count(*) as customers,
        avg({measure}) as mean,
        stddev_samp({measure}) as deviation
    from customers
    where {filters} and {by} is not null and {part} is not null and {measure} is not null
    group by all
)
select "group", part, customers, mean, deviation
from grouped
order by list_position({groups}, "group"), list_position({parts}, part)
"""
MEDIANS = """
with grouped as (
    select {by} as "group", {part} as part, list_sort(list({measure})) as ranked
    from customers
    where {filters} and {by} is not null and {part} is not null and {measure} is not null
    group by all
),
counted as (
    select
        *,
        len(ranked) as customers,
        greatest(floor(len(ranked) / 2 - :z * sqrt(len(ranked)) / 2) - 1, 0)::int as below
    from grouped
)
select
    "group",
    part,
    customers,
    (ranked[(customers + 1) // 2] + ranked[customers // 2 + 1]) / 2 as median,
    case when customers >= :least then ranked[below + 1] end as low,
    case when customers >= :least then ranked[customers - below] end as high
from counted
order by list_position({groups}, "group"), list_position({parts}, part)
"""

CELLS = """
with cells as (
    select {rows} as "row", {columns} as "column", count(*) as customers{mean}
    from customers
    where {filters} and {rows} is not null and {columns} is not null and {known}
    group by all
)
select down."row", across."column", coalesce(cells.customers, 0) as customers{value}
from (select unnest({down}) as "row") as down
cross join (select unnest({across}) as "column") as across
left join cells on cells."row" = down."row" and cells."column" = across."column"
order by list_position({down}, down."row"), list_position({across}, across."column")
"""

BINS = """
with placed as (
    select {part} as part, {scaled} as place
    from customers
    where {filters} and {number} is not null and {shown}
),
ends as (
    select
        case when min(place) < max(place) then min(place) else min(place) - 0.5 end as low,
        case when min(place) < max(place) then max(place) else max(place) + 0.5 end as high
    from placed
    having count(*) > 0
),
counted as (
    select
        part,
        least(floor((place - low) / (high - low) * 40), 39)::int as bin,
        count(*) as customers
    from placed, ends
    where part is not null
    group by all
),
bins as (
    select
        parts.part,
        numbered.bin,
        low + numbered.bin * ((high - low) / 40) as low,
        low + (numbered.bin + 1) * ((high - low) / 40) as high,
        coalesce(counted.customers, 0) as customers
    from (select unnest({parts}) as part) as parts
    cross join (select unnest(range(40)) as bin) as numbered
    cross join ends
    left join counted on counted.part = parts.part and counted.bin = numbered.bin
)
select
    part,
    {low} as low,
    {high} as high,
    customers,
    customers / greatest(sum(customers) over (partition by part), 1) as share
from bins
order by list_position({parts}, part), bin
"""
SUMMARY = """
with narrowed as (select {number}::double as value from customers where {filters}),
middle as (
    select
        avg(value) as mean,
        quantile_cont(value, [0.25, 0.5, 0.75]) as quarters,
        1.5 * (quarters[3] - quarters[1]) as reach
    from narrowed
),
moments as (
    select
        count(*) as customers,
        count(value) as known,
        count_if(not {shown}) as unshown,
        min(value) < max(value) as varies,
        avg((value - mean) * (value - mean)) as second,
        avg((value - mean) * (value - mean) * (value - mean)) as third,
        count_if(value < quarters[1] - reach or value > quarters[3] + reach) as outliers
    from narrowed, middle
)
select
    customers,
    customers - known as missing,
    unshown,
    mean,
    quarters[2] as median,
    case when known > 2 and varies then
        third / pow(second, 1.5) * sqrt(known * (known - 1)) / (known - 2)
    end as skew,
    outliers
from moments, middle
"""

CAMPAIGNS = """
with answered as (
    select segment, [{campaigns}] as answers
    from customers
    where {filters} and segment is not null
    group by segment
),
listed as (select segment, unnest(answers) as answers from answered)
select
    answers.campaign,
    segment,
    answers.asked,
    answers.accepted,
    answers.accepted / answers.asked as rate
from listed
where answers.asked > 0
order by answers.campaign, list_position({segments}, segment)
"""
CAMPAIGN_ANSWERS = """
        struct_pack(
            campaign := :campaign_{place},
            asked := count({answer}),
            accepted := count_if({answer} = 'yes')
        )"""

RUN_SETTINGS = "select settings from run where run_id = :run_id"
LABELS = """
with cuts as (
    select quantile_cont(monetary, [:vip_from, :passive_to]) as spend from customers
),
labelled as (
    select
        coalesce(monetary >= cuts.spend[1], false) as vip,
        coalesce(monetary <= cuts.spend[2], false) as passive,
        coalesce({promotional}, false) as promotional,
        coalesce(monetary, 0) as spend
    from customers, cuts
    where {filters}
)
select
    vip,
    passive,
    promotional,
    count(*) as customers,
    count(*) / sum(count(*)) over () as share,
    sum(spend) as spend,
    sum(spend) / coalesce(nullif(sum(sum(spend)) over (), 0), 1) as spend_share
from labelled
group by vip, passive, promotional
order by promotional, passive, vip
"""

PARTS = """
with described(attribute, unit, word) as (values {described}),
measured as (
    select {part} as part, [{measured}] as facts
    from customers
    where {filters} and {part} is not null
    group by {part}
),
listed as (select part, unnest(facts) as fact from measured)
select
    described.attribute,
    parts.part,
    coalesce(fact.customers, 0) as customers,
    case when word = '' then fact.average end as mean,
    word,
    case when word != '' then fact.average end as share,
    unit
from described
cross join (select unnest({parts}) as part) as parts
left join listed
    on listed.part = parts.part and listed.fact.attribute = described.attribute
order by described.attribute, list_position({parts}, parts.part)
"""
PART_MEASURED = """
        struct_pack(
            attribute := :attribute_{place},
            customers := count({attribute}),
            average := avg({value})
        )"""


class Thresholds(NamedTuple):
    """From where on customers are called VIP, passive or promotional; all shares."""

    vip: float = 0.1
    passive: float = 0.1
    promotional: float = 0.5


class Parts(NamedTuple):
    """What a figure is split by: the parts in their order, and the SQL that tells them."""

    sql: str
    names: tuple[str, ...]


WHOLE = Parts("'Everyone'", ("Everyone",))


def associations(
    run: PublishedRun,
    _filters: Filters,
    *,
    method: str | None = None,
    scope: str | None = None,
) -> Statement:
    """One row per pair of attributes, of all customers or those of one segment."""
    return of_database(
        ASSOCIATIONS,
        run_id=run.run_id,
        scope=scope if scope in scopes(run) else EVERYONE,
        method=method if method in METHODS else FIRST_METHOD,
    )


def grouped(
    run: PublishedRun,
    filters: Filters,
    *,
    by: str | None = None,
    measure: str | None = None,
    statistic: str | None = "mean",
    split: str | None = None,
) -> Statement | None:
    """One row per group and part of a split: the mean or the median of a measure.

    A mean comes with its deviation, from which its interval follows; a median with its
    interval, that of order statistics. A group under five customers has no interval.
    """
    by, measure = by or first_group(groupings(run)), measure or first_number(run)
    column = run.table.group_column(by)
    if column is None or measure not in numbers(run):
        return None
    parts = _parts(run, split)
    groups, bound = _ordered("by", run.table.groups(by))
    listed_parts, bound_parts = _ordered("part", parts.names)
    text = MEDIANS if statistic == "median" else MEANS
    text = text.replace("{groups}", groups).replace("{parts}", listed_parts)
    return run.of_customers(
        text.replace("{part}", parts.sql),
        filters,
        columns={"by": column, "measure": measure},
        z=praise.Z,
        least=intervals.LEAST,
        **bound,
        **bound_parts,
    )


def crossed(
    run: PublishedRun,
    filters: Filters,
    *,
    rows: str | None = None,
    columns: str | None = None,
    cell: str | None = None,
) -> Statement | None:
    """One row per pair of groups: customers, and as `value` the mean of a measure if any."""
    first_rows, first_columns = first_pair(groupings(run))
    rows, columns = rows or first_rows, columns or first_columns
    down, across = run.table.group_column(rows), run.table.group_column(columns)
    if down is None or across is None:
        return None
    measure = quoted(cell) if cell and cell in numbers(run) else ""
    rows_in_order, bound = _ordered("row", run.table.groups(rows))
    columns_in_order, bound_across = _ordered("column", run.table.groups(columns))
    text = CELLS.replace("{mean}", f", avg({measure}) as value" if measure else "")
    text = text.replace("{value}", ", cells.value" if measure else "")
    text = text.replace("{known}", f"{measure} is not null" if measure else "true")
    text = text.replace("{down}", rows_in_order).replace("{across}", columns_in_order)
    return run.of_customers(
        text, filters, columns={"rows": down, "columns": across}, **bound, **bound_across
    )


def bins(
    run: PublishedRun,
    filters: Filters,
    *,
    number: str | None = None,
    scale: str | None = "linear",
    split: str | None = None,
) -> Statement | None:
    """One row per part and bin: forty of equal width, or equal on a log scale.

    On a log scale what is not above 0 is not shown.
    """
    number = number or first_number(run)
    if number not in numbers(run):
        return None
    parts = _parts(run, split)
    in_order, bound = _ordered("part", parts.names)
    is_log = scale == "log"
    text = BINS.replace("{scaled}", "log10({number})" if is_log else "{number}::double")
    text = text.replace("{shown}", "{number} > 0" if is_log else "true")
    for end in ("low", "high"):
        text = text.replace(f"{{{end}}}", f"pow(10, {end})" if is_log else end)
    text = text.replace("{parts}", in_order).replace("{part}", parts.sql)
    return run.of_customers(text, filters, columns={"number": number}, **bound)


def summary(
    run: PublishedRun,
    filters: Filters,
    *,
    number: str | None = None,
    scale: str | None = "linear",
    **_choices: object,
) -> Statement | None:
    """One row on all whom the filters keep: how many a number is known of, and its shape."""
    number = number or first_number(run)
    if number not in numbers(run):
        return None
    text = SUMMARY.replace("{shown}", "value > 0" if scale == "log" else "true")
    return run.of_customers(text, filters, columns={"number": number})


def accepted(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per campaign and segment: how many were asked, and accepted."""
    columns = sorted(n for n in run.table.attributes if n.startswith(CAMPAIGN))
    if not columns or not run.segments:
        return None
    answers = [
        CAMPAIGN_ANSWERS.replace("{place}", str(place)).replace("{answer}", quoted(column))
        for place, column in enumerate(columns)
    ]
    names: dict[str, Any] = {
        f"campaign_{n}": name.removeprefix(CAMPAIGN) for n, name in enumerate(columns)
    }
    in_order, bound = _ordered("segment", run.segments)
    text = CAMPAIGNS.replace("{campaigns}", ",".join(answers))
    return run.of_customers(text.replace("{segments}", in_order), filters, **names, **bound)


def thresholds(run: PublishedRun) -> Thresholds:
    """Give the thresholds with which the run labelled its customers."""
    stored = run.ask(of_database(RUN_SETTINGS, run_id=run.run_id))["settings"]
    rules: dict[str, float] = json.loads(stored.iloc[0]).get("rules", {}) if len(stored) else {}
    usual = Thresholds()
    return Thresholds(
        rules.get("vip_share", usual.vip),
        rules.get("passive_share", usual.passive),
        rules.get("promotional_share", usual.promotional),
    )


def labelled(
    run: PublishedRun,
    filters: Filters,
    *,
    vip: float | None = None,
    passive: float | None = None,
    promotional: float | None = None,
) -> Statement | None:
    """One row per combination of labels that somebody has: customers and spend.

    Thresholds are percents, taken among all customers of the run; those that are none fall
    back to the run's own.
    """
    if not run.table.knows(SPEND):
        return None
    own = thresholds(run)
    conditions = [
        f"{name} = 'yes'"
        for name in ("response", "discount_applied")
        if "yes" in run.table.words(name)
    ]
    if run.table.knows("promotional_share"):
        conditions.append("promotional_share >= :promotional_from")
    return run.of_customers(
        LABELS.replace("{promotional}", " or ".join(conditions) or "false"),
        filters,
        vip_from=1 - _share(vip, own.vip),
        passive_to=_share(passive, own.passive),
        promotional_from=_share(promotional, own.promotional),
    )


def described(
    run: PublishedRun, filters: Filters, *, split: str | None = None
) -> Statement | None:
    """Describe every attribute: of all customers, or in each part of a split.

    In parts, one row per attribute and part: a mean, or the share of the most frequent word.
    """
    if split not in splits(run):
        return attributes(run)
    offered = run.table.attributes
    attribute_rows = run.ask(attributes(run))
    attribute_rows = attribute_rows[attribute_rows["attribute"].isin(list(offered))]
    parts = _parts(run, split)
    in_order, bound = _ordered("part", parts.names)
    facts, measured = [], []
    for place, (name, unit, word) in enumerate(
        attribute_rows[["attribute", "unit", "most_frequent"]].itertuples(index=False)
    ):
        is_word = offered[name] == "word"
        facts.append(f"(:attribute_{place}, :unit_{place}, :word_{place})")
        bound |= {f"attribute_{place}": name, f"unit_{place}": unit}
        bound[f"word_{place}"] = str(word) if is_word else ""
        value = f"({quoted(name)} = :word_{place})::int" if is_word else quoted(name)
        text = PART_MEASURED.replace("{place}", str(place)).replace("{value}", value)
        measured.append(text.replace("{attribute}", quoted(name)))
    text = PARTS.replace("{described}", ", ".join(facts))
    text = text.replace("{measured}", ",".join(measured)).replace("{parts}", in_order)
    return run.of_customers(text.replace("{part}", parts.sql), filters, **bound)


def _parts(run: PublishedRun, split: str | None) -> Parts:
    column = run.table.group_column(split) if split in splits(run) and split else None
    return Parts(quoted(column), run.table.groups(str(split))) if column else WHOLE


def _ordered(name: str, values: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Write values as a list of DuckDB, whose order rows are to have."""
    text, bound = listed(name, values)
    return f"[{text[1:-1]}]", bound


def _share(percents: float | None, own: float) -> float:
    if percents is None or not 0 < percents <= 100:
        return own
    return percents / 100
