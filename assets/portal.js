/* What the portal does in the browser: filters in the URL, dialogs, the drawer, menus, themes. */
(function () {
    "use strict";
    var FIELDS = ["segment", "country", "risk_band", "value_band", "contact", "moved", "band", "risk"];
    var TEXT = "q";
    var dash = window.dash_clientside = window.dash_clientside || {};
    var templates = null;
    var shownBefore = false;

    function queryOf(params) {
        var text = params.toString();
        return text ? "?" + text : "";
    }

    /* Take a value into a filter of the query, or out of it. */
    function toggled(search, field, value) {
        var params = new URLSearchParams(search || "");
        var kept = params.getAll(field);
        var without = kept.filter(function (each) { return each !== value; });
        params.delete(field);
        (without.length < kept.length ? without : kept.concat([value])).forEach(function (each) {
            params.append(field, each);
        });
        return queryOf(params);
    }

    /* A value of a mark as the data has it: figures carry entities for the signs of tags. */
    function asWritten(value) {
        if (value === undefined || value === null) {
            return "";
        }
        return String(value).replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    }

    /* A click on a mark of a figure; the click is forgotten, so that the next one counts again. */
    function toggleByClick(field) {
        return function (click, search) {
            if (!click || !click.points || !click.points.length) {
                return [dash.no_update, dash.no_update];
            }
            var value = click.points[0].customdata;
            value = asWritten(Array.isArray(value) ? value[0] : value);
            if (value === "") {
                return [dash.no_update, null];
            }
            return [toggled(search, field, value), null];
        };
    }

    function drawAll(mode) {
        if (!templates || !window.Plotly) {
            return;
        }
        document.querySelectorAll(".js-plotly-plot").forEach(function (plot) {
            window.Plotly.relayout(plot, {template: templates[mode]});
        });
    }

    function markTheme() {
        document.querySelectorAll("[data-action='choose-theme']").forEach(function (button) {
            var pressed = button.dataset.theme === window.clienteleTheme.choice();
            button.setAttribute("aria-pressed", String(pressed));
        });
    }

    /* Go to a customer's page, as a link in a table does. */
    function openCustomer(customer, search) {
        var query = new URLSearchParams({customer: customer});
        var dataset = new URLSearchParams(search || "").get("dataset");
        if (dataset) {
            query.set("dataset", dataset);
        }
        window.location.assign("/customer" + queryOf(query));
    }

    dash.clientele = {
        /* A mark of one customer opens the page, one of several is taken into the filter. */
        open_customer: function (click, search) {
            var point = click && click.points && click.points[0];
            if (!point) {
                return dash.no_update;
            }
            if (Array.isArray(point.customdata) && point.customdata.length === 2) {
                openCustomer(asWritten(point.customdata[1]), search);
            } else if (point.customdata) {
                dash.set_props("url", {search: toggled(search, "segment", asWritten(point.customdata))});
            }
            return null;
        },

        /* One callback for both directions: the text writes the query, the query sets the text. */
        sync_search: function (search, text) {
            var params = new URLSearchParams(search || "");
            var kept = params.get(TEXT) || "";
            var fromUrl = dash.callback_context.triggered.some(function (each) {
                return each.prop_id === "url.search";
            });
            if (fromUrl) {
                return [dash.no_update, kept === (text || "") ? dash.no_update : kept];
            }
            text = (text || "").trim();
            if (text === kept) {
                return [dash.no_update, dash.no_update];
            }
            params.delete(TEXT);
            if (text) {
                params.set(TEXT, text);
            }
            return [queryOf(params), dash.no_update];
        },

        open_dialog: function (content) {
            var dialog = document.getElementById("evidence");
            if (content && dialog && !dialog.open) {
                dialog.showModal();
            }
        },

        show_title: function (data, both) {
            templates = both;
            markTheme();
            document.title = data.title;
            if (document.documentElement.hasAttribute("data-navigation")) {
                navigation(false);
            }
            var heading = document.querySelector("#page-head h1");
            if (shownBefore && heading) {
                heading.focus({preventScroll: true});
                window.scrollTo(0, 0);
            }
            shownBefore = true;
            window.setTimeout(dash.clientele_tabs.follow, 0);
            return data.title; /* said to those who can't see that the page is there */
        },

        open_when_ready: function (ready) {
            if (ready && window.location.pathname !== "/start") {
                window.location.reload();
            }
        }
    };
    FIELDS.forEach(function (field) { dash.clientele["toggle_" + field] = toggleByClick(field); });

    document.documentElement.addEventListener("clientele:mode", function (event) {
        drawAll(event.detail);
    });

    function navigation(open) {
        var button = document.querySelector("[data-action='toggle-navigation']");
        document.documentElement.toggleAttribute("data-navigation", open);
        document.querySelector(".main").inert = open;
        if (button) {
            button.setAttribute("aria-expanded", String(open));
        }
        if (open) {
            var first = document.querySelector("#sidebar a");
            if (first) {
                first.focus();
            }
        }
    }

    var actions = {
        "toggle-navigation": function () {
            navigation(!document.documentElement.hasAttribute("data-navigation"));
        },
        "close-navigation": function () { navigation(false); },
        "show-evidence": function (element) {
            dash.set_props("evidence-asked", {
                data: {card: element.dataset.card, part: element.dataset.part, at: Date.now()}
            });
        },
        "toggle-filter": function (element) {
            var on = element.getAttribute("aria-checked") === "true";
            element.setAttribute("aria-checked", String(!on));
            dash.set_props("url", {
                search: toggled(window.location.search, element.dataset.field, element.dataset.value)
            });
        },
        "toggle-filters": function (element) {
            var bar = document.getElementById("filter-bar");
            element.setAttribute("aria-expanded", String(bar.toggleAttribute("data-open")));
        },
        "choose-theme": function (element) {
            window.clienteleTheme.choose(element.dataset.theme);
            markTheme();
        },
        "show-rows": function (element) {
            dash.set_props(element.dataset.table + "-view", {data: JSON.parse(element.dataset.view)});
        },
        "save-image": function (element) {
            window.Plotly.downloadImage(element.dataset.card, {
                format: "png", scale: 2, filename: element.dataset.card
            });
        },
        "close-dialog": function (element) { element.closest("dialog").close(); }
    };

    document.addEventListener("click", function (event) {
        var acting = event.target.closest("[data-action]");
        if (acting && actions[acting.dataset.action]) {
            actions[acting.dataset.action](acting);
        }
        if (event.target.nodeName === "DIALOG") {
            event.target.close();
        }
        document.querySelectorAll("details.menu[open]").forEach(function (menu) {
            if (!menu.contains(event.target) || event.target.closest("a.menu-item, .refresh-now")) {
                menu.open = false;
            }
        });
    });

    document.addEventListener("keydown", function (event) {
        if (event.key !== "Escape") {
            return;
        }
        document.querySelectorAll("details.menu[open]").forEach(function (menu) {
            menu.open = false;
            menu.querySelector("summary").focus();
        });
        if (document.documentElement.hasAttribute("data-navigation")) {
            navigation(false);
            document.querySelector("[data-action='toggle-navigation']").focus();
        }
    });
})();
