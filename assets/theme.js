/* Runs before the first paint: light, dark or as the system, remembered in this browser. */
(function () {
    "use strict";
    var KEY = "clientele-theme";
    var root = document.documentElement;
    var system = window.matchMedia("(prefers-color-scheme: dark)");

    function choice() {
        try {
            var kept = window.localStorage.getItem(KEY);
            return kept === "light" || kept === "dark" ? kept : "auto";
        } catch (refused) {
            return "auto";
        }
    }

    function apply(chosen) {
        var mode = chosen === "auto" ? (system.matches ? "dark" : "light") : chosen;
        root.setAttribute("data-bs-theme", mode);
        root.setAttribute("data-ag-theme-mode", mode);
        document.cookie = KEY + "=" + mode + "; path=/; max-age=31536000; SameSite=Strict";
        root.dispatchEvent(new CustomEvent("clientele:mode", {detail: mode}));
    }

    window.clienteleTheme = {
        choice: choice,
        mode: function () { return root.getAttribute("data-bs-theme"); },
        choose: function (chosen) {
            try {
                window.localStorage.setItem(KEY, chosen);
            } catch (refused) { /* a browser that keeps nothing still switches */ }
            apply(chosen);
        }
    };

    system.addEventListener("change", function () { apply(choice()); });
    apply(choice());
})();
