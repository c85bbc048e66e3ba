"""The portal's own styles and scripts, each kind joined: a page asks twice and not 25 times.

They are joined in the order of their names when the portal starts, and their address holds a
digest of what they say: browsers keep them for good.
"""

import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

JOINED = Blueprint("joined", __name__)
ASSETS = Path(__file__).resolve().parents[2] / "assets"
BEFORE_PAINT = "theme.js"
FIRST_ANSWER = "first_answer.js"
ALONE = frozenset({BEFORE_PAINT, FIRST_ANSWER})
"""Scripts that stand in the head, before everything is drawn."""
PLACE = "/vendor/own"
KINDS = {"css": "text/css", "js": "text/javascript"}


@cache
def joined(kind: str, left_out: Collection[str] = ALONE) -> str:
    """Join the files of a kind; a comment says where each begins."""
    paths = sorted(path for path in ASSETS.glob(f"*.{kind}") if path.name not in left_out)
    ended = ";\n" if kind == "js" else "\n"
    return ended.join(f"/* {path.name} */\n{path.read_text('utf-8')}" for path in paths)


def joined_url(kind: str) -> str:
    """Name the joined file of a kind."""
    digest = hashlib.sha256(joined(kind).encode()).hexdigest()[:12]
    return f"{PLACE}-{digest}/clientele.{kind}"


@JOINED.get(f"{PLACE}-<_digest>/clientele.<kind>")
def own_file(_digest: str, kind: str) -> Response:
    """Serve the joined styles or scripts."""
    if kind not in KINDS:
        return Response("There is no such file.\n", 404, mimetype="text/plain")
    return Response(joined(kind), mimetype=KINDS[kind])
