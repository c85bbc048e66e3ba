"""The mode that the browser shows, and how figures come in it."""

from typing import Any

from flask import request

from portal.words.theme import Mode, templates

MODE_COOKIE = "clientele-theme"
TEMPLATES = templates()

GRAPH_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": "reset",
}
SCENE_CONFIG: dict[str, Any] = {
    **GRAPH_CONFIG,
    "displayModeBar": True,
    "modeBarButtons": [["resetCameraDefault3d", "toImage"]],
}


def in_mode(figure: dict[str, Any]) -> dict[str, Any]:
    """Give a figure's plain values the template of the mode that the browser shows."""
    return {**figure, "layout": {**figure.get("layout", {}), "template": TEMPLATES[mode()]}}


def mode() -> Mode:
    """Tell which mode the browser shows; its cookie follows the toggle and the system."""
    return "dark" if request.cookies.get(MODE_COOKIE) == "dark" else "light"
