"""Clustering: the algorithms side by side, tuned and not, and why one of them is published."""

import json

import pandas as pd
from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import Drawn, card_foot, chart_card, chart_outputs, drawn, problem_of
from portal.kit.choices import choice
from portal.kit.evidence import Evidence
from portal.kit.page import Page
from portal.kit.tiles import explained
from portal.pages.clustering import figures, queries
from portal.reading.filters import URL, Filters
from portal.reading.published import PublishedRun, published_run, remember
from portal.words import wording
from portal.words.scores import algorithm_title

TABLE = "clustering-table"
INDEX_CHOICE = "clustering-index-choice"
SILHOUETTE = "clustering-silhouette"
ELBOW = "clustering-elbow"
PLOT = "clustering-plot"
SIZES = "clustering-sizes"
TRIALS = "clustering-trials"
IMPORTANCES = "clustering-importances"
OVERLAP = "clustering-overlap"
LEFT = "clustering-left"
RIGHT = "clustering-right"

HEADS = (
    ("Algorithm", ""),
    ("Segments", ""),
    ("Silhouette", "silhouette"),
    ("Davies-Bouldin", "davies_bouldin"),
    ("Calinski-Harabasz", "calinski_harabasz"),
    ("Stability", "stability"),
    ("Smallest", "smallest_share"),
)
SHOWN_CANDIDATES = 16


def candidate_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every clustering that was looked at."""
    return queries.candidates(run)


def size_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the sizes of the finalists' clusters."""
    return queries.sizes(run)


def trial_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every trial."""
    return queries.trials(run)


def importance_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the importances of the settings."""
    return queries.importances(run)


def silhouette_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the silhouettes of the published segments."""
    return queries.silhouettes(run)


def overlap_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the overlap of the published clustering with the next finalist."""
    names = queries.finalists(run)
    return queries.overlaps(run, names[0], names[1] if len(names) > 1 else "")


INDICES = (
    "silhouette", "davies_bouldin", "calinski_harabasz", "inertia", "gap", "bic", "stability",
    "smallest_share",
)  # fmt: skip
DECIDED = (
    "Published is the highest silhouette among the clusterings in the published range of"
    " numbers whose smallest segment has at least 1 % of customers and whose stability is"
    " at least 0.75; where none is that stable, the most stable one."
)
EVIDENCE = {
    TABLE: Evidence(
        "published_clustering", candidate_rows, queries.CANDIDATES, INDICES, DECIDED
    ),
    SILHOUETTE: Evidence(
        "published_clustering", candidate_rows, queries.CANDIDATES, ("silhouette",), DECIDED
    ),
    ELBOW: Evidence("clustering", candidate_rows, queries.CANDIDATES, INDICES),
    PLOT: Evidence("silhouette_sample", silhouette_rows, queries.SILHOUETTES, ("silhouette",)),
    SIZES: Evidence("cluster_size", size_rows, queries.SIZES, ("smallest_share",)),
    TRIALS: Evidence(
        "published_trial",
        trial_rows,
        queries.TRIALS,
        ("silhouette",),
        "Optuna's tree-structured Parzen estimator proposes settings; a split with a segment"
        " under the least share is refused, whatever its silhouette.",
    ),
    IMPORTANCES: Evidence(
        "tuning_importance",
        importance_rows,
        queries.IMPORTANCES,
        (),
        "Share of the silhouette's variance over the trials that a setting explains (fANOVA).",
    ),
    OVERLAP: Evidence("cluster_overlap", overlap_rows, queries.OVERLAPS, ("segment",)),
}

PAGE = Page(
    path="/clustering",
    title="Clustering · Clientele",
    name="Clustering",
    group="Predict",
    order=10,
    icon="diagram-3",
    lead="Three algorithms side by side, as they come and tuned, and why one is published.",
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return grid(
        html.Section(
            [
                html.Header(
                    html.H2("Side by side, the published one first", className="card-title"),
                    className="card-head",
                ),
                html.Div(id=TABLE, className="card-body"),
                html.Div(id=problem_of(TABLE), role="status"),
                card_foot(TABLE, EVIDENCE[TABLE], "Clusterings"),
            ],
            className="card span-12",
        ),
        chart_card(
            SILHOUETTE,
            evidence=EVIDENCE[SILHOUETTE],
            subject="Silhouette by number of segments",
            height=360,
        ),
        chart_card(
            ELBOW,
            evidence=EVIDENCE[ELBOW],
            subject="Another index by number of segments",
            height=360,
            controls=[
                choice(
                    INDEX_CHOICE,
                    "Index",
                    [
                        {"label": wording.MEASURES[name].title, "value": name}
                        for name in figures.INDICES
                        if name != "silhouette"
                    ],
                    "inertia",
                )
            ],
        ),
        chart_card(
            PLOT,
            evidence=EVIDENCE[PLOT],
            subject="Silhouettes of the customers in each published segment",
            height=380,
        ),
        chart_card(
            SIZES,
            evidence=EVIDENCE[SIZES],
            subject="Sizes of the finalists' segments",
            height=380,
        ),
        chart_card(
            TRIALS,
            evidence=EVIDENCE[TRIALS],
            subject="Silhouette by trial",
            columns=7,
            height=360,
        ),
        chart_card(
            IMPORTANCES,
            evidence=EVIDENCE[IMPORTANCES],
            subject="What the silhouette depends on",
            columns=5,
            height=360,
        ),
        chart_card(
            OVERLAP,
            evidence=EVIDENCE[OVERLAP],
            subject="Any two finalists: who moves between them",
            columns=12,
            height=400,
            controls=[choice(LEFT, "First", []), choice(RIGHT, "Second", [])],
        ),
    )


@PAGE.callback(Output(TABLE, "children"), Input(URL, "search"))
def show_table(search: str | None) -> Component:
    """Write the clusterings side by side."""
    with published_run(search) as run:
        return _table(remember(run, candidate_rows, Filters()))


@PAGE.callback(*chart_outputs(SILHOUETTE), Input(URL, "search"))
def show_silhouette(search: str | None) -> Drawn:
    """Draw the silhouette by number of segments."""
    with published_run(search) as run:
        return drawn(run, _index, "silhouette")


@PAGE.callback(*chart_outputs(ELBOW), Input(URL, "search"), Input(INDEX_CHOICE, "value"))
def show_elbow(search: str | None, index: str | None) -> Drawn:
    """Draw another index by number of segments."""
    known = index if index in figures.INDICES else "inertia"
    with published_run(search) as run:
        return drawn(run, _index, known)


@PAGE.callback(*chart_outputs(PLOT), Input(URL, "search"))
def show_plot(search: str | None) -> Drawn:
    """Draw the silhouette plot."""
    with published_run(search) as run:
        return drawn(run, _plot)


@PAGE.callback(*chart_outputs(SIZES), Input(URL, "search"))
def show_sizes(search: str | None) -> Drawn:
    """Draw the sizes of the finalists."""
    with published_run(search) as run:
        return drawn(run, _sizes)


@PAGE.callback(*chart_outputs(TRIALS), Input(URL, "search"))
def show_trials(search: str | None) -> Drawn:
    """Draw the history of the trials."""
    with published_run(search) as run:
        return drawn(run, _trials)


@PAGE.callback(*chart_outputs(IMPORTANCES), Input(URL, "search"))
def show_importances(search: str | None) -> Drawn:
    """Draw the importances of the settings."""
    with published_run(search) as run:
        return drawn(run, _importances)


@PAGE.callback(
    Output(LEFT, "options"),
    Output(LEFT, "value"),
    Output(RIGHT, "options"),
    Output(RIGHT, "value"),
    Input(URL, "search"),
)
def show_finalists(
    search: str | None,
) -> tuple[list[dict[str, str]], str | None, list[dict[str, str]], str | None]:
    """Offer the finalists for comparison, the published one beside the next."""
    with published_run(search) as run:
        names = queries.finalists(run)
    options = [{"label": figures.finalist_title(name), "value": name} for name in names]
    first, second = (*names, None, None)[:2]
    return options, first, options, second


@PAGE.callback(
    *chart_outputs(OVERLAP),
    Input(LEFT, "value"),
    Input(RIGHT, "value"),
    Input(URL, "search"),
)
def show_overlap(left: str | None, right: str | None, search: str | None) -> Drawn:
    """Draw who moves between two clusterings."""
    with published_run(search) as run:
        return drawn(run, _overlap, left or "", right or "")


def _index(run: PublishedRun, index: str) -> Chart:
    candidates = queries.candidates(run)
    finding = figures.index_finding(candidates, index=index)
    return Chart(
        figures.index_by_k(candidates, index=index),
        finding,
        f"Lines of {wording.MEASURES[index].title} by number of segments. {finding}.",
    )


def _plot(run: PublishedRun) -> Chart:
    silhouettes = queries.silhouettes(run)
    finding = figures.silhouette_finding(silhouettes)
    return Chart(
        figures.silhouette_plot(silhouettes),
        finding,
        f"Areas of sorted silhouettes by segment. {finding}.",
    )


def _sizes(run: PublishedRun) -> Chart:
    sizes = queries.sizes(run)
    finding = figures.size_finding(sizes)
    return Chart(figures.size_bars(sizes), finding, f"Stacked bars by finalist. {finding}.")


def _trials(run: PublishedRun) -> Chart:
    trials = queries.trials(run)
    finding = figures.trial_finding(trials)
    return Chart(
        figures.trial_history(trials), finding, f"Marks of trials by silhouette. {finding}."
    )


def _importances(run: PublishedRun) -> Chart:
    importances = queries.importances(run)
    finding = figures.importance_finding(importances)
    return Chart(figures.importance_bars(importances), finding, f"Bars by setting. {finding}.")


def _overlap(run: PublishedRun, left: str, right: str) -> Chart:
    overlaps = queries.overlaps(run, left, right)
    finding = figures.overlap_finding(overlaps)
    return Chart(
        figures.overlap_matrix(overlaps),
        finding,
        f"Matrix of customers by segment in two clusterings. {finding}.",
    )


def _table(candidates: pd.DataFrame) -> Component:
    """Write the first candidates; all of them stand under Data."""
    head = html.Tr(
        [
            html.Th(
                [title, explained(measure) if measure else None],
                className="number" if measure or title == "Segments" else "",
                scope="col",
            )
            for title, measure in HEADS
        ]
    )
    body = [_row(row) for _, row in candidates.head(SHOWN_CANDIDATES).iterrows()]
    refused = int(candidates["verdict"].str.startswith("refused").sum())
    said = (
        f"{wording.count(len(candidates), 'clustering')} were fitted,"
        f" {wording.number(refused)} refused for a segment that is too small; the"
        f" {min(SHOWN_CANDIDATES, len(candidates))} with the highest silhouette are shown,"
        " all of them under Data."
    )
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **aria(label="Clusterings"),
            ),
            html.P(said, className="quiet"),
        ]
    )


def _row(row: pd.Series) -> Component:
    how = "tuned" if row["tuned"] else "defaults"
    settings = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in json.loads(row["params"]).items()
    )
    written = (
        wording.number(row["n_clusters"]),
        wording.number(row["silhouette"], 3),
        wording.number(row["davies_bouldin"], 3),
        wording.number(row["calinski_harabasz"]),
        wording.number(row["stability"], 2),
        wording.percent(row["smallest_share"], 1),
    )
    return html.Tr(
        [
            html.Th(
                [
                    f"{algorithm_title(row['algorithm'])}, {how}",
                    html.Div(row["verdict"], className="verdict"),
                    html.Div(settings, className="quiet settings"),
                ],
                scope="row",
            ),
            *(html.Td(text, className="number") for text in written),
        ],
        className="is-chosen" if row["chosen"] else "",
    )
