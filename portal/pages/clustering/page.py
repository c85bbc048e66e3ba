"""Clustering: why these segments are published, and every other clustering beside them."""

from dash import Input, Output
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.tabs import Tab
from portal.pages.clustering import figures, queries, tried
from portal.pages.clustering.candidates import side_by_side
from portal.reading.filters import NO_FILTERS, URL, Filters
from portal.reading.published import PublishedRun, published_run
from portal.words.measures import MEASURES

INDEX_CHOICE = "clustering-index-choice"
LEFT = "clustering-left"
RIGHT = "clustering-right"
DECIDED = (
    "Published is the highest silhouette among the clusterings in the published range of"
    " numbers whose smallest segment has at least 1 % of customers and whose stability is at"
    " least 0.75; where none is that stable, the most stable one (settings segments.k,"
    " segments.least_share and segments.least_stability). Silhouette, Davies-Bouldin,"
    " Calinski-Harabasz and inertia are measured on what segments are made from, scaled; the"
    " gap statistic and BIC where customers are clustered, of sources with one row a customer"
    " a projection. For the stability, scaling and projection are made anew from each resample."
)

PAGE = Page(
    path="/clustering",
    title="Clustering · Clientele",
    name="Clustering",
    group="Evidence",
    order=20,
    icon="diagram-3",
    lead="Three algorithms side by side, as they come and tuned, and why one is published.",
)

TABLE = PAGE.panel(
    "clustering-table",
    query=queries.candidates,
    draw=side_by_side,
    source="clustering",
    measures=figures.INDICES,
    note=DECIDED,
    title="Side by side, the published one first",
    columns=12,
)
SILHOUETTE = PAGE.chart(
    "clustering-silhouette",
    query=queries.candidates,
    draw=figures.silhouette,
    source="clustering",
    measures=("silhouette",),
    note=DECIDED,
    subject="Silhouette by number of segments: how far customers stand from other segments",
    height=300,
)
ELBOW = PAGE.chart(
    "clustering-elbow",
    query=queries.candidates,
    draw=figures.index,
    source="clustering",
    measures=figures.INDICES,
    subject="Another index by number of segments",
    height=360,
    controls=(
        Control(
            "index",
            INDEX_CHOICE,
            choice(
                INDEX_CHOICE,
                "Index",
                [
                    {"label": MEASURES[name].title, "value": name}
                    for name in figures.INDICES
                    if name != "silhouette"
                ],
                figures.FIRST_INDEX,
            ),
        ),
    ),
)
STABILITY = PAGE.chart(
    "clustering-stability",
    query=queries.candidates,
    draw=figures.stability,
    source="clustering",
    measures=("stability",),
    note=DECIDED,
    subject="How alike the segments are when customers are drawn anew; from 0.75 on stable",
    height=300,
)
PLOT = PAGE.chart(
    "clustering-plot",
    query=queries.silhouettes,
    draw=figures.silhouettes,
    source="silhouette_sample",
    measures=("silhouette",),
    subject="Silhouettes of the customers in each published segment",
    height=380,
)
SIZES = PAGE.chart(
    "clustering-sizes",
    query=queries.sizes,
    draw=figures.sizes,
    source="cluster_size",
    measures=("smallest_share",),
    subject="Sizes of the finalists' segments",
    columns=12,
    height=300,
)
TRIALS = PAGE.chart(
    "clustering-trials",
    query=queries.trials,
    draw=tried.trials,
    source="trial",
    measures=("silhouette",),
    note="Optuna's tree-structured Parzen estimator proposes settings; a split with a segment"
    " under the least share is refused, whatever its silhouette.",
    subject="Silhouette by trial",
    columns=7,
    height=360,
)
IMPORTANCES = PAGE.chart(
    "clustering-importances",
    query=queries.importances,
    draw=tried.importances,
    source="tuning_importance",
    note="Share of the silhouette's variance over the trials that a setting explains (fANOVA).",
    subject="What the silhouette depends on",
    columns=5,
    height=360,
)
OVERLAP = PAGE.chart(
    "clustering-overlap",
    query=queries.overlaps,
    draw=tried.overlaps,
    source="cluster_overlap",
    measures=("segment",),
    subject="Any two finalists: who moves between them",
    columns=12,
    height=400,
    controls=(
        Control("left", LEFT, choice(LEFT, "First", [])),
        Control("right", RIGHT, choice(RIGHT, "Second", [])),
    ),
)


def first() -> Component:
    """Lay out why this one: silhouette by number, stability, the finalists."""
    return grid(SILHOUETTE, STABILITY, SIZES)


def everything() -> Component:
    """Lay out every clustering, other indices and each customer's silhouette."""
    return grid(TABLE, ELBOW, PLOT)


def tuning() -> Component:
    """Lay out what tuning tried."""
    return grid(TRIALS, IMPORTANCES)


def two() -> Component:
    """Lay out any two finalists beside each other."""
    return grid(OVERLAP)


TABS = PAGE.tabs(
    "clustering-tabs",
    Tab("why", "Why these segments", first),
    Tab("all", "All", everything),
    Tab("tuning", "Tuning", tuning),
    Tab("two", "Two compared", two),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs; their cards fill themselves."""
    return TABS.layout()


@PAGE.answer
def answer(run: PublishedRun, _filters: Filters) -> str:
    """Say in a sentence which clustering is published, and why."""
    return figures.why(run.ask(queries.candidates(run, NO_FILTERS)))


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
