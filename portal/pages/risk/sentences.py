"""What the risk page says: its answer, why there is nothing to show, how far to believe it."""

from typing import Any

from portal.kit.cards import rows_of
from portal.pages.risk import queries
from portal.reading.contacting.economics import PROFIT
from portal.reading.filters import Filters
from portal.reading.predicting import risk, risk_bands
from portal.reading.predicting.reckoned import Reckoned, reckoned
from portal.reading.predicting.risk_bands import Whole
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.measures import MEASURES

ONE_DAY = (
    "The range is that of another sample of so many customers; labels of one day can't tell how"
    " much another period differs."
)


def missing(run: PublishedRun) -> str:
    """Say why there is nothing to show."""
    by, task = reckoned(run), risk.task(run)
    if by.note and by.costs is None:
        return by.note
    if task is None:
        return (
            "Nobody was asked who leaves in this run. Order lines tell it: a data set of this"
            " form has no orders over time. What else is predicted stands under Models."
        )
    if task.status != "done":
        return task.message
    if by.costs is None:
        return (
            "What customers have at stake is not known in this run, so risk can't be weighed"
            " against it. A refresh of the data set brings it."
        )
    if by.is_answer:
        return (
            "Nothing to show: no customer with a probability of answering passes the filters."
        )
    return "Nothing to show: no customer with a chance of leaving passes the filters."


def drivers_missing(run: PublishedRun) -> str:
    """Say why no drivers are shown."""
    task = risk.task(run)
    if task is not None and task.status == "done":
        return "This run kept no drivers; the next refresh brings them."
    return missing(run)


def missing_of(run: PublishedRun, _filters: Filters, **_choices: Any) -> str:
    """Say why there is nothing to show, as cards ask for it."""
    return missing(run)


def answer(run: PublishedRun, filters: Filters) -> str:
    """Say in a sentence who may leave and what is at risk, with the range."""
    by, whole = reckoned(run), risk_bands.whole(run, filters)
    if whole is not None:
        task = risk.task(run)
        days = 90 if task is None or task.horizon_days is None else task.horizon_days
        return answered(whole, by, days=days, currency=run.currency)
    if not risk.are_known(run) and run.table.knows("contact_reason"):
        rows = rows_of(run, queries.reasons_counted(run, filters))
        return named(int(rows["customers"].sum()) if len(rows) else 0)
    return missing(run)


def answered(whole: Whole, by: Reckoned, *, days: int, currency: str) -> str:
    """Say how many are expected to leave or answer, and what that means in money."""
    low, high = (wording.number(end) for end in whole.leavers_range)
    ends = [wording.money_short(end, currency) for end in whole.at_risk_range]
    many = f"{wording.number(whole.leavers)} of {wording.count(whole.customers, 'customer')}"
    money = f"{wording.money_short(whole.at_risk, currency)} ({ends[0]} to {ends[1]})"
    if by.is_answer:
        return (
            f"About {many} ({low} to {high}) are expected to answer a campaign, and would spend"
            f" {money} on an order. {_worth(whole, currency)}"
        )
    if by.basis == PROFIT:
        return (
            f"The activity of about {many} ({low} to {high}) is expected to drop: {money} of"
            f" profit is at risk. {_worth(whole, currency)}"
        )
    return (
        f"About {many} ({low} to {high}) are expected to place no order in the next"
        f" {wording.days(days)}: {money} of revenue is at risk. {_worth(whole, currency)}"
    )


def _worth(whole: Whole, currency: str) -> str:
    if not whole.paying:
        return "Contacting nobody would bring more than it costs."
    return (
        f"Contacting {wording.count(whole.paying, 'customer')} should bring more than it costs:"
        f" {wording.money_short(whole.profit, currency)} together."
    )


def named(customers: int) -> str:
    """Say how many a rule names, where nothing tells what a contact brings."""
    if not customers:
        return "No rule names anybody to contact."
    return (
        f"A rule names {wording.count(customers, 'customer')} to contact; what that brings is"
        " not known here."
    )


def how_sure(run: PublishedRun) -> list[str]:
    """Say what was asked, how many are expected, and how it did against the best rule."""
    by, task = reckoned(run), risk.task(run)
    if task is None or task.status != "done":
        return [missing(run)]
    rivals = [against(row) for row in each_row(queries.rivals(run)) if row.role == "naive"]
    if by.is_answer or by.basis == PROFIT:
        row = run.ask(queries.expected(run)).iloc[0]
        pays = nobody_pays(row, by, run.currency)
        return [
            sentence for sentence in (meant(row, by.basis), pays, ONE_DAY, *rivals) if sentence
        ]
    definition = (
        f"Data was seen up to {wording.date(run.as_of)}; leaving means no order in the"
        f" {wording.days(task.horizon_days)} after it."
    )
    many = [] if task.expected_rate is None else [_how_many(task)]
    return [definition, *many, *([task.message] if task.message else []), *rivals]


def nobody_pays(row: Any, by: Reckoned, currency: str) -> str:
    """Say why no contact pays at the run's costs; empty where some do."""
    if by.costs is None or int(row["paying"]):
        return ""
    sentence = "No contact pays at the costs of this run"
    earned, incentive = float(row["most"]) * by.costs.margin, by.costs.incentive
    if earned <= incentive:
        sentence += (
            f": a customer brings {wording.money(earned, currency)} at most, and the incentive"
            f" alone costs {wording.money(incentive, currency)}"
        )
    return f"{sentence}. Enter costs of your own under “Whom contacting pays for”."


def meant(row: Any, basis: str) -> str:
    """Say what a probability is of, and of how many that is expected."""
    many = wording.count(int(row["customers"]), "customer")
    share = wording.percent(float(row["probability"]))
    if basis == PROFIT:
        return (
            f"Leaving means that a customer's activity drops, as the source labels it: {share}"
            f" of {many} by the model, each asked without having learned their own label. At"
            " stake is the profit that the source gives, so that the margin is 1."
        )
    return (
        f"Nobody is said to leave here; what is told is who answers a campaign: {share} of"
        f" {many} by the model, each asked without having learned their own answer. Contacting"
        " brings chance of answering × (mean spend of an order × margin − incentive) −"
        " contact cost."
    )


def _how_many(task: risk.Task) -> str:
    """Say how many are expected to leave, and within which range."""
    low, high = (wording.percent(end) for end in (task.expected_low, task.expected_high))
    return (
        f"Of {wording.count(task.rows_scored or 0, 'customer')} with an order in the last year"
        f" {wording.percent(task.expected_rate)} are expected to leave; {low} to {high} must be"
        " reckoned with."
    )


def against(row: Any) -> str:
    """Say how the forecast did in the test beside the best simple rule."""
    sure = "" if row.low > 0 else ", which may be chance"
    if row.metric == "roc_auc":
        return (
            f"Shown one who left and one who stayed, the forecast names the right one"
            f" {wording.percent(row.score)} of the time, the best simple rule ({row.title})"
            f" {wording.percent(row.rival_score)}: {_points(row.difference)} points apart"
            f" ({_points(row.low)} to {_points(row.high)}){sure}."
        )
    name = MEASURES[row.metric].title.lower() if row.metric in MEASURES else row.metric
    return (
        f"In the test the forecast's {name} was {row.score:.3f}; the best simple rule"
        f" ({row.title}) reached {row.rival_score:.3f}: a difference of {row.difference:.3f}"
        f" ({row.low:.3f} to {row.high:.3f}){sure}."
    )


def _points(share: float) -> str:
    return wording.number(100 * share, 1)
