"""One HTML file that tells a published run: nothing loaded, no script, fit to print."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from portal.reading import totals as overview
from portal.reading.economics import StrategyError
from portal.reading.filters import NO_FILTERS
from portal.reading.published import ORDER_LINES, PublishedRun
from portal.reading.rows import each_row
from portal.report import drawings, plans, queries
from portal.words import theme, wording
from portal.words.wording import MEASURES, money, money_short, number, percent

METRICS = {"churn": "roc_auc", "activity_drop": "roc_auc", "high_value": "roc_auc"}
HELD_OUT = ["mean_absolute_error", "bias", "coverage"]
DEFAULT_METRIC = "accuracy"
METRIC_TITLES = {"roc_auc": "ROC-AUC", "accuracy": "Accuracy"}
NAMES = {
    "bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD", "nbd": "negative binomial without drop-out",
    "pareto_nbd": "Pareto/NBD", "actual": "what came", "historic_rate": "own past rate",
    "everybody_mean": "everybody's mean", "last_period": "as in the last period",
}  # fmt: skip
DEFINED = (
    "customers", "recency", "frequency", "monetary", "revenue", "segment", "stability",
    "churn_probability", "clv_12m", "concentration",
)  # fmt: skip
STYLE = """
body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;color:#1c2128;
background:#fff;max-width:960px;margin:0 auto;padding:24px}
h1{margin:0 0 4px}h2{margin:32px 0 8px;border-bottom:1px solid #d5d9df;padding-bottom:4px}
h3{margin:20px 0 6px}svg{max-width:100%;height:auto;font:13px sans-serif;fill:#1c2128}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:8px 0;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:4px 8px;border-bottom:1px solid #e7eaee}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.quiet{color:#59636e}dt{font-weight:600}dd{margin:0 0 6px}
.play th{width:130px;font-weight:600}svg{display:block}
@media print{body{max-width:none;padding:0;font-size:10.5pt}table{font-size:9pt}
h1{font-size:20pt}h2{font-size:14pt;margin-top:20px}h2,h3{break-after:avoid}
.kept,svg,tr,dl div{break-inside:avoid}thead{display:table-header-group}
.wide{overflow:visible}p{orphans:3;widows:3}}
@page{size:A4;margin:15mm}
"""


def report(at: PublishedRun) -> str:
    """Write the report of the snapshot's run as HTML; the same run gives the same text."""
    run = overview.run(at)
    facts = (
        f"Run {at.run_id}, as of {wording.date(at.as_of)}, seed {int(run['seed'])}, published"
        f" {wording.moment(at.published_at)}. {number(run['rows_kept'])} of"
        f" {number(run['rows_read'])} rows kept."
    )
    body = "".join(
        f"<section><h2>{escape(title)}</h2>{write(at)}</section>"
        for title, write in SECTIONS.items()
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(at.dataset)} · Clientele report</title><style>{STYLE}</style></head>"
        f'<body><main><h1>{escape(at.dataset)}</h1><p class="quiet">{escape(facts)}</p>{body}'
        "</main></body></html>\n"
    )


def _overview(run: PublishedRun) -> str:
    history = overview.totals(run, NO_FILTERS)
    said = f"{wording.count(run.customers, 'customer')} are known"
    if len(history) and pd.notna(history["revenue"].iloc[-1]):
        said += (
            f"; they brought {money_short(float(history['revenue'].iloc[-1]), run.currency)}"
        )
        said += " so far"
    parts = [_p(f"{said}.")]
    months = overview.monthly(run, NO_FILTERS)
    if run.form != ORDER_LINES or months.empty:
        return "".join([*parts, _p(wording.NEEDS_ORDERS)])
    days = [pd.Timestamp(str(day)).date() for day in months["month"]]
    values = months["revenue"].astype(float).tolist()
    title = "Revenue by month of the order"
    chart = drawings.columns(
        values,
        first=wording.month(days[0]),
        last=wording.month(days[-1]),
        most=money_short(max(values), run.currency),
        title=title,
    )
    parts.append(_titled(title, chart))
    curve = overview.concentration(run, NO_FILTERS)
    fifth = curve[curve["customer_share"] <= 0.2 + 1e-9]["revenue_share"]
    if len(fifth):
        said = f"The best 20 % of customers bring {percent(float(fifth.iloc[-1]))} of revenue."
        parts.append(_p(said))
    return "".join(parts)


def _segments(run: PublishedRun) -> str:
    found = plans.summary(run)
    if found.empty:
        return _p("This run has no segments.")
    written = [percent(share) for share in found["revenue_share"]]
    return (
        _titled(
            "Share of revenue by segment",
            drawings.bars(
                found["segment"].tolist(),
                found["revenue_share"].fillna(0).astype(float).tolist(),
                written,
                title="Share of revenue by segment",
                colours=_colours(found, run),
            ),
        )
        + _table(
            found,
            {
                "segment": ("Segment", str),
                "customers": ("Customers", number),
                "share": ("Share", percent),
                "revenue": ("Revenue", lambda value: money_short(value, run.currency)),
                "recency_days": ("Recency, days", number),
                "frequency": ("Orders", lambda value: number(value, 1)),
                "monetary": ("Monetary", lambda value: money(value, run.currency)),
                "stability": ("Stability", lambda value: number(value, 2)),
            },
        )
        + _dl({row.segment: row.persona for row in each_row(found)})
    )


def _models(run: PublishedRun) -> str:
    tasks = queries.read(run, queries.TASKS)
    if tasks.empty:
        return _p("This run trained no models.")
    return "".join(_task(run, row) for row in each_row(tasks))


def _task(run: PublishedRun, task: Any) -> str:
    head = f"<h3>{escape(task.title)}</h3>{_p(task.question)}"
    if task.status != "done":
        return head + _p(f"Refused: {task.message}")
    metric = METRICS.get(task.task, DEFAULT_METRIC)
    scores = queries.read(run, queries.SCORES, metric=metric)
    mine = scores[(scores["task"] == task.task) & scores["value"].notna()]
    if mine.empty:
        return head + _p("No score is known.")
    title = f"{METRIC_TITLES[metric]} on what the models had not seen, with its 95 % interval"
    written = [_score(row) for row in each_row(mine)]
    chart = drawings.bars(
        mine["title"].tolist(),
        mine["value"].astype(float).tolist(),
        written,
        title=f"{task.title}: {title}",
        colours=[
            theme.QUIET if row.baseline else theme.GOOD if row.chosen else theme.MAIN
            for row in each_row(mine)
        ],
    )
    said = [
        each
        for each in (task.reason, task.warning, task.design)
        if isinstance(each, str) and each
    ]
    return _kept(f"{head}{_p(title)}{chart}") + "".join(_p(each) for each in said)


def _score(row: Any) -> str:
    role = ", naive" if row.baseline else ", serves" if row.chosen else ""
    known = pd.notna(row.low) and pd.notna(row.high)
    return f"{row.value:.3f}{f' ({row.low:.3f} to {row.high:.3f})' if known else ''}{role}"


def _churn(run: PublishedRun) -> str:
    groups = queries.read(run, queries.GROUPS)
    if groups.empty:
        return _p("This run tells no groups by risk and value: that needs orders over time.")
    cut = queries.read(run, queries.CUT)
    title = "Money at risk: churn probability times value, by group"
    parts = [
        _titled(
            title,
            drawings.bars(
                groups["risk_value"].tolist(),
                groups["at_risk"].astype(float).tolist(),
                [money_short(value, run.currency) for value in groups["at_risk"]],
                title=title,
            ),
        ),
        _table(
            groups,
            {
                "risk_value": ("Group", str),
                "customers": ("Customers", number),
                "churn_probability": ("Mean churn probability", percent),
                "clv_12m": ("Value", lambda value: money_short(value, run.currency)),
                "at_risk": ("At risk", lambda value: money_short(value, run.currency)),
            },
        ),
    ]
    parts.extend(_cut(row, run) for row in each_row(cut))
    return "".join(parts)


def _cut(row: Any, run: PublishedRun) -> str:
    return _p(
        f"Contacting customers with a churn probability of {percent(row.cut, 1)} or more brings"
        f" most: about {money_short(row.profit, run.currency)} from"
        f" {wording.count(row.customers, 'customer')}, if a contact costs"
        f" {money(row.contact_cost, run.currency)}, an incentive"
        f" {money(row.incentive, run.currency)}, and {percent(row.success_rate)} of leavers who"
        " are offered it stay."
    )


def _value(run: PublishedRun) -> str:
    found = queries.read(run, queries.VALUE).dropna(subset=["clv_12m"])
    if found.empty:
        return _p("This run has no lifetime values: they need orders over time.")
    found = found.sort_values("clv_12m", ascending=False)
    total = money_short(float(found["clv_12m"].sum()), run.currency)
    fits, held = queries.read(run, queries.FITS), queries.read(run, queries.HOLDOUT)
    parts = [
        _p(f"Customers are expected to bring {total} in the next 12 months."),
        _titled(
            "Expected revenue of the next 12 months by segment",
            drawings.bars(
                found["segment"].tolist(),
                found["clv_12m"].astype(float).tolist(),
                [money_short(value, run.currency) for value in found["clv_12m"]],
                title="Expected revenue of the next 12 months by segment",
                colours=_colours(found, run),
            ),
        ),
    ]
    parts.extend(
        _p(f"Model of orders: {_name(row.model)}. {row.message}.")
        for row in each_row(fits[fits["chosen"].astype(bool)])
    )
    if len(held):
        parts.append("<h3>On a hold-out, beside naive rivals</h3>")
        parts.extend(
            _held_out(some, str(measure), run) for measure, some in held.groupby("measure")
        )
    return "".join(parts)


def _held_out(rows: pd.DataFrame, measure: str, run: PublishedRun) -> str:
    """Write how the model and its rivals foretold one measure, the least error first."""
    wide = rows.pivot_table(index="model", columns="metric", values="value")
    wide = wide.reindex(columns=HELD_OUT).sort_values("mean_absolute_error").reset_index()
    wide = wide.dropna(subset=["mean_absolute_error"])

    def written(value: float) -> str:
        return money(value, run.currency) if measure == "revenue" else number(value, 2)

    return _kept(
        _table(
            wide,
            {
                "model": (f"{measure.capitalize()} per customer, foretold by", _name),
                "mean_absolute_error": ("Mean absolute error", written),
                "bias": ("Bias", written),
                "coverage": ("Coverage of the 90 % interval", lambda value: percent(value, 1)),
            },
        )
    )


def _strategy(run: PublishedRun) -> str:
    try:
        plan = plans.action_plan(run)
    except StrategyError as error:
        return _p(str(error))
    rows = plan.rows
    title = "Share of the budget, by the playbook"
    chart = drawings.bars(
        rows["segment"].tolist(),
        rows["budget_share_percent"].astype(float).tolist(),
        [f"{share:g} %" for share in rows["budget_share_percent"]],
        title=title,
        colours=_colours(rows, run),
    )
    version = f"version {run.playbook}, saved here" if run.playbook else "the built-in one"
    said = _p(f"The playbook is {version}.") + (_p(plan.note) if plan.note else "")
    return _titled(title, chart) + said + "".join(_play(row) for row in each_row(rows))


def _play(row: Any) -> str:
    """Write what is done with a segment."""
    told = {
        "Actions": row.actions,
        "Channels": row.channels,
        "Discount": row.discount or "none",
        "Expected return": row.expected_return,
    }
    lines = "".join(
        f"<tr><th>{term}</th><td>{escape(said)}</td></tr>" for term, said in told.items()
    )
    head = f"{row.segment}: {row.strategy}, {wording.count(row.customers, 'customer')}"
    return _kept(f'<h3>{escape(head)}</h3><table class="play"><tbody>{lines}</tbody></table>')


def _quality(run: PublishedRun) -> str:
    rules = overview.quality(run)
    rules = rules[rules["rows"].fillna(0) > 0]
    if rules.empty:
        return _p("No row was left out.")
    return _table(
        rules,
        {
            "title": ("Rule", str),
            "rows": ("Rows left out", number),
            "explanation": ("Why", str),
        },
    )


def _definitions(_at: PublishedRun) -> str:
    return _dl({MEASURES[name].title: MEASURES[name].meaning for name in DEFINED})


SECTIONS: Mapping[str, Callable[[PublishedRun], str]] = {
    "Overview": _overview,
    "Segments": _segments,
    "Models": _models,
    "Churn": _churn,
    "Value": _value,
    "Strategy": _strategy,
    "Data quality": _quality,
    "Definitions": _definitions,
}


def _name(model: str) -> str:
    return NAMES.get(model, model.replace("_", " "))


def _colours(rows: pd.DataFrame, run: PublishedRun) -> list[str]:
    """Give the colour that each segment has on every page."""
    return theme.colours(rows["segment"].tolist(), run.segments)


def _titled(title: str, chart: str) -> str:
    return _kept(f"<h3>{escape(title)}</h3>{chart}")


def _kept(content: str) -> str:
    """Keep parts on one page of paper."""
    return f'<div class="kept">{content}</div>'


def _table(rows: pd.DataFrame, columns: Mapping[str, tuple[str, Callable[[Any], str]]]) -> str:
    texts = {name for name, (_, write) in columns.items() if _is_text(rows[name])}
    side = {name: "" if name in texts else ' class="n"' for name in columns}
    first = f"Table by {next(iter(columns.values()))[0].lower()}"
    head = "".join(
        f'<th scope="col"{side[name]}>{escape(title)}</th>'
        for name, (title, _) in columns.items()
    )
    values = rows.astype(object).where(rows.notna(), None).to_dict("records")
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{side[name]}>{escape(_written(write, row[name]))}</td>"
            for name, (_, write) in columns.items()
        )
        + "</tr>"
        for row in values
    )
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(first)}">'
        f"<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _written(write: Callable[[Any], str], value: Any) -> str:
    return wording.NOTHING if value is None else write(value)


def _is_text(column: "pd.Series[Any]") -> bool:
    return any(isinstance(value, str) for value in column)


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _dl(terms: Mapping[str, str]) -> str:
    parts: Sequence[str] = [
        f"<div><dt>{escape(term)}</dt><dd>{escape(said)}</dd></div>"
        for term, said in terms.items()
    ]
    return f"<dl>{''.join(parts)}</dl>"
