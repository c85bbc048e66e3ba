/* Tabs: which is open stands behind the # of the address; the server lays it out when asked. */
(function () {
    "use strict";
    var dash = window.dash_clientside = window.dash_clientside || {};

    function row(tabs) {
        return document.querySelector("[data-tabs='" + tabs + "'] > [role='tablist']");
    }

    function mark(button) {
        button.parentNode.querySelectorAll("[role='tab']").forEach(function (each) {
            var isOpen = each === button;
            each.setAttribute("aria-selected", String(isOpen));
            each.tabIndex = isOpen ? 0 : -1;
        });
        var panel = document.getElementById(button.getAttribute("aria-controls"));
        if (panel) {
            panel.setAttribute("aria-labelledby", button.id);
            panel.style.minHeight = panel.offsetHeight + "px"; /* nothing jumps while it changes */
            window.setTimeout(function () { panel.style.minHeight = ""; }, 1500);
        }
    }

    function open(button) {
        if (button.getAttribute("aria-selected") === "true") {
            return;
        }
        mark(button);
        dash.set_props(button.dataset.tabs, {data: button.dataset.tab});
    }

    /* Open what the address names, once its row of tabs is there. */
    function follow() {
        var key = decodeURIComponent(window.location.hash.slice(1));
        var button = key && Array.prototype.find.call(
            document.querySelectorAll("[role='tab'][data-tab]"),
            function (each) { return each.dataset.tab === key; }
        );
        if (button) {
            open(button);
        }
    }

    /* A link within the page changes the address without loading anything. */
    window.addEventListener("_dashprivate_pushstate", function () {
        window.setTimeout(follow, 0);
    });

    document.addEventListener("click", function (event) {
        var leading = event.target.closest("[data-action='lead-to-tab']");
        var led = leading && document.querySelector(
            "[role='tab'][data-tab='" + leading.dataset.tab + "']"
        );
        if (led) {
            led.click();
            led.focus();
            return;
        }
        var button = event.target.closest("[data-action='open-tab']");
        if (!button) {
            return;
        }
        var place = window.location.pathname + window.location.search;
        var isFirst = !button.previousElementSibling;
        window.history.replaceState(
            window.history.state, "", isFirst ? place : place + "#" + button.dataset.tab
        );
        open(button);
    });

    document.addEventListener("keydown", function (event) {
        var button = event.target.closest && event.target.closest("[role='tab']");
        var every = button && Array.prototype.slice.call(row(button.dataset.tabs).children);
        var place = every ? every.indexOf(button) : -1;
        var next = every && {
            ArrowRight: every[(place + 1) % every.length],
            ArrowLeft: every[(place + every.length - 1) % every.length],
            Home: every[0],
            End: every[every.length - 1]
        }[event.key];
        if (!next) {
            return;
        }
        event.preventDefault();
        next.focus();
        next.click();
    });

    window.addEventListener("hashchange", follow);
    dash.clientele_tabs = {follow: follow};
})();
