/*
 * Runs before Dash: hands it the layout that came with the page, asks early for the rest, and
 * tells it where Plotly is.
 */
(function () {
    "use strict";
    var plotly = document.currentScript.dataset.plotly;
    var asked = window.fetch;
    var dependencies = asked("/_dash-dependencies", {credentials: "same-origin"});

    /* Dash writes its own address here; nobody else may. */
    Object.defineProperty(window, "_dashPlotlyJSURL", {
        get: function () { return plotly; }, set: function () {}
    });

    window.fetch = function (address) {
        var path = typeof address === "string" ? address : "";
        var layout = document.getElementById("first-layout");
        if (/\/_dash-layout$/.test(path) && layout) {
            var text = layout.textContent;
            var isOfMode = layout.dataset.mode === window.clienteleTheme.mode();
            layout.remove();
            if (isOfMode) {
                return Promise.resolve(new Response(text, {
                    status: 200, headers: {"Content-Type": "application/json"}
                }));
            }
        }
        if (/\/_dash-dependencies$/.test(path) && dependencies) {
            var early = dependencies;
            dependencies = null;
            return early;
        }
        return asked.apply(window, arguments);
    };
})();
