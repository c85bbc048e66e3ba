"""Clustering: the algorithms side by side, tuned and not, and why one of them is published."""

from dash import Input, Output
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.pages.clustering import figures, queries
from portal.pages.clustering.candidates import side_by_side
from portal.reading.filters import URL
from portal.reading.published import published_run
from portal.words.wording import MEASURES

INDEX_CHOICE = "clustering-index-choice"
LEFT = "clustering-left"
RIGHT = "clustering-right"
DECIDED = (
    "Published is the highest silhouette among the clusterings in the published range of"
    " numbers whose smallest segment has at least 1 % of customers and whose stability is"
    " at least 0.75; where none is that stable, the most stable one."
)

PAGE = Page(
    path="/clustering",
    title="Clustering · Clientele",
    name="Clustering",
    group="Predict",
    order=10,
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
    subject="Silhouette by number of segments",
    height=360,
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
    height=380,
)
TRIALS = PAGE.chart(
    "clustering-trials",
    query=queries.trials,
    draw=figures.trials,
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
    draw=figures.importances,
    source="tuning_importance",
    note="Share of the silhouette's variance over the trials that a setting explains (fANOVA).",
    subject="What the silhouette depends on",
    columns=5,
    height=360,
)
OVERLAP = PAGE.chart(
    "clustering-overlap",
    query=queries.overlaps,
    draw=figures.overlaps,
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


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return grid(TABLE, SILHOUETTE, ELBOW, PLOT, SIZES, TRIALS, IMPORTANCES, OVERLAP)


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
