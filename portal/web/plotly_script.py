"""Plotly's own script, changed in two places so that a browser is done with it sooner.

Of its nearly fifty kinds of charts each page would set up every one, maps and 3D with all that
they rest on, before it draws a single bar: nine tenths of the time that the script takes. Here
a kind is set up when the first chart of it is drawn. Nothing is left out, and where a version
of the script looks other than is known here, it is served as it came. Decision 0013 has the
figures.
"""

import hashlib
import re
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response

PLOTLY = Blueprint("plotly", __name__)
PLACE = "/vendor/plotly"
AT_ONCE = ("bar", "heatmap")
"""Kinds that nearly every page draws; lines and points are part of the script's core."""
REGISTER, LONGEST_NAME = ".register([", 10
REGISTERED = re.compile(r"([\w$]+)\.register\(\[((?:[\w$]+\(\),?)+)\]\)")
KIND = re.compile(r'moduleType:"trace",name:"([\w-]+)"')
FACTORY = ("this, () => {", "this, (() => {")
END = ("return Plotly;\n}));", "return Plotly;\n})));")
"""A function in brackets is compiled while it is loaded, beside what the page does."""
MODULE_LENGTH = 2_500
"""Characters of a module within which it says what kind it is."""
WHEN_DRAWN = """
(function (plotly, known, rest) {
    "use strict";
    var isReady = {scatter: true};
    Object.keys(known.ready).forEach(function (kind) { isReady[kind] = true; });
    function setUp(modules) {
        plotly.register(modules.map(function (module) { return module(); }));
    }
    function prepare(traces) {
        (Array.isArray(traces) ? traces : []).forEach(function (trace) {
            var kind = trace && trace.type || "scatter";
            if (isReady[kind]) { return; }
            isReady[kind] = true;
            if (known.later[kind]) { setUp([known.later[kind]]); return; }
            setUp(rest);
            rest = [];
        });
    }
    ["newPlot", "react", "addTraces", "toImage", "validate"].forEach(function (name) {
        var original = plotly[name];
        plotly[name] = function (graph, data) {
            prepare(graph && graph.data);
            prepare(graph && Array.isArray(graph) ? graph : null);
            prepare(data && data.data || (Array.isArray(data) ? data : data && [data]));
            return original.apply(this, arguments);
        };
    });
})"""


@cache
def plotly_url() -> str:
    """Name the script; a digest of its text lets browsers keep it for good."""
    return f"{PLACE}-{hashlib.sha256(_served()).hexdigest()[:12]}/plotly.js"


@PLOTLY.get(f"{PLACE}-<_digest>/plotly.js")
def plotly_script(_digest: str) -> Response:
    """Serve the script."""
    return Response(_served(), mimetype="text/javascript")


def set_up_when_drawn(script: str) -> str | None:
    """Change plotly.min.js so that kinds of charts but the plainest are set up when drawn.

    None where the script doesn't look as it is expected to.
    """
    registered = REGISTERED.search(script, script.rfind(REGISTER) - LONGEST_NAME)
    if registered is None or not all(script.count(old) == 1 for old, _ in (FACTORY, END)):
        return None
    plotly, modules = registered[1], registered[2].replace("()", "").split(",")
    kinds = {module: _kind(script, module) for module in modules}
    at_once = [module for module, kind in kinds.items() if kind in AT_ONCE]
    later = [module for module in modules if module not in at_once]
    if len(at_once) != len(AT_ONCE):
        return None
    ready = ",".join(f'"{kinds[module]}":1' for module in at_once)
    drawn_later = ",".join(f'"{kinds[module]}":{module}' for module in later if kinds[module])
    changed = (
        f"{plotly}.register([{','.join(f'{module}()' for module in at_once)}]),"
        f"{WHEN_DRAWN}({plotly},{{ready:{{{ready}}},later:{{{drawn_later}}}}},[{','.join(later)}])"
    )
    whole = script[: registered.start()] + changed + script[registered.end() :]
    return whole.replace(*FACTORY).replace(*END)


def _kind(script: str, module: str) -> str | None:
    """Tell the kind of chart of a module, which mostly hands on another one."""
    text = _text(script, module)
    handed_on = re.search(r"exports=([\w$]+)\(\)", text[:200])
    kind = KIND.search(_text(script, handed_on[1]) if handed_on else text)
    return kind[1] if kind else None


def _text(script: str, module: str) -> str:
    begins = max(script.find(f"{before}{module}=") for before in ("var ", ","))
    return script[begins : begins + MODULE_LENGTH] if begins >= 0 else ""


@cache
def _served() -> bytes:
    script = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    return (set_up_when_drawn(script) or script).encode()
