"""What pages are built from."""

from portal.components.charts import (
    GRAPH_CONFIG,
    NOTHING_LEFT,
    SCENE_CONFIG,
    Chart,
    Drawn,
    chart_card,
    chart_outputs,
    drawn,
    filter_on_click,
    open_on_click,
)
from portal.components.choices import choice
from portal.components.evidence import Evidence, download_link, frame_table
from portal.components.states import empty_state, error_state, grid, section, stack, text_card
from portal.components.tables import (
    CUSTOMER_COLUMNS,
    Column,
    Rows,
    customer_rows,
    follow_filters,
    table_card,
    table_outputs,
)
from portal.components.tiles import Tile, explained, kpi_tile, kpi_tiles, sparkline, tile_row

__all__ = [
    "CUSTOMER_COLUMNS",
    "GRAPH_CONFIG",
    "NOTHING_LEFT",
    "SCENE_CONFIG",
    "Chart",
    "Column",
    "Drawn",
    "Evidence",
    "Rows",
    "Tile",
    "chart_card",
    "chart_outputs",
    "choice",
    "customer_rows",
    "download_link",
    "drawn",
    "empty_state",
    "error_state",
    "explained",
    "filter_on_click",
    "follow_filters",
    "frame_table",
    "grid",
    "kpi_tile",
    "kpi_tiles",
    "open_on_click",
    "section",
    "sparkline",
    "stack",
    "table_card",
    "table_outputs",
    "text_card",
    "tile_row",
]
