/* The search of the top bar: a combobox over /search.json. "/" leads into it. */
(function () {
    "use strict";
    var WAIT = 150;
    var waiting = null;
    var latest = 0;

    function field() { return document.getElementById("find"); }

    function list() { return document.getElementById("found"); }

    function options() { return Array.from(list().querySelectorAll("[role='option']")); }

    function prepare() {
        var input = field();
        if (input && !input.hasAttribute("role")) {
            input.setAttribute("role", "combobox");
            input.setAttribute("aria-label", "Find a customer, a segment or a page");
            input.setAttribute("aria-autocomplete", "list");
            input.setAttribute("aria-controls", "found");
            input.setAttribute("aria-expanded", "false");
        }
        return input;
    }

    function show(open) {
        prepare();
        list().hidden = !open;
        field().setAttribute("aria-expanded", String(open));
        if (!open) {
            field().removeAttribute("aria-activedescendant");
        }
    }

    function choose(place) {
        var all = options();
        all.forEach(function (option, index) {
            option.setAttribute("aria-selected", String(index === place));
        });
        if (all[place]) {
            field().setAttribute("aria-activedescendant", all[place].id);
            all[place].scrollIntoView({block: "nearest"});
        }
    }

    function chosen() {
        return options().findIndex(function (each) {
            return each.getAttribute("aria-selected") === "true";
        });
    }

    function line(found, place) {
        var item = document.createElement("li");
        item.id = "found-" + place;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.href = found.href;
        [found.name, found.more ? found.kind + " · " + found.more : found.kind].forEach(function (text) {
            var part = document.createElement("span");
            part.textContent = text;
            item.appendChild(part);
        });
        return item;
    }

    function fill(found, text) {
        var lines = found.map(line);
        if (!lines.length) {
            var none = document.createElement("li");
            none.setAttribute("role", "option");
            none.setAttribute("aria-disabled", "true");
            none.textContent = "Nothing is called “" + text + "”.";
            lines = [none];
        }
        list().replaceChildren.apply(list(), lines);
        show(true);
        if (found.length) {
            choose(0);
        }
    }

    function ask() {
        var text = field().value.trim();
        var asked = ++latest;
        if (!text) {
            show(false);
            return;
        }
        var query = new URLSearchParams({q: text});
        var dataset = new URLSearchParams(window.location.search).get("dataset");
        if (dataset) {
            query.set("dataset", dataset);
        }
        fetch("/search.json?" + query).then(function (answer) {
            return answer.json();
        }).then(function (told) {
            if (asked === latest) {
                fill(told.found, text);
            }
        }).catch(function () { show(false); });
    }

    function go(option) {
        if (option && option.dataset.href) {
            window.location.assign(option.dataset.href);
        }
    }

    document.addEventListener("focusin", function (event) {
        if (event.target.id === "find") {
            prepare();
        }
    });

    document.addEventListener("input", function (event) {
        if (event.target.id === "find") {
            prepare();
            window.clearTimeout(waiting);
            waiting = window.setTimeout(ask, WAIT);
        }
    });

    document.addEventListener("click", function (event) {
        var option = event.target.closest("#found [role='option']");
        if (option) {
            go(option);
        } else if (list() && !list().hidden && !event.target.closest(".find")) {
            show(false);
        }
    });

    document.addEventListener("keydown", function (event) {
        var typing = event.target.closest("input, textarea, select, [contenteditable]");
        if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && field()) {
            event.preventDefault();
            prepare().focus();
            return;
        }
        if (event.target.id !== "find" || list().hidden) {
            return;
        }
        var many = options().length;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            choose((chosen() + (event.key === "ArrowDown" ? 1 : many - 1)) % many);
        } else if (event.key === "Enter") {
            event.preventDefault();
            go(options()[Math.max(chosen(), 0)]);
        } else if (event.key === "Escape") {
            event.stopPropagation();
            show(false);
        }
    });
})();
