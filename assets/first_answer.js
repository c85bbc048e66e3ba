/* Runs before Dash: hands it the layout that came with the page, and asks early for the rest. */
(function () {
    "use strict";
    var asked = window.fetch;
    var dependencies = asked("/_dash-dependencies", {credentials: "same-origin"});

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
