"use strict";

/* The budget in the address; the playbook's editor: lines have numbers, and a fault leads to its line. */
(function () {
    var EDITOR = "plan-editor";
    var GUTTER = "plan-gutter";

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.plan = {
        number_lines: function (text) {
            var lines = (text || "").split("\n").length;
            var numbers = [];
            for (var line = 1; line <= lines; line += 1) {
                numbers.push(line);
            }
            return numbers.join("\n");
        }
    };

    /* The budget and how it is parted live in the address, where a link and a tab find them. */
    document.addEventListener("change", function (event) {
        var name = {"plan-budget": "budget", "plan-divide": "list"}[event.target.id];
        if (!name) {
            return;
        }
        var params = new URLSearchParams(window.location.search);
        var value = event.target.value;
        if (value === "" || value === "best") {
            params.delete(name);
        } else {
            params.set(name, value);
        }
        var text = params.toString();
        window.dash_clientside.set_props("url", {search: text ? "?" + text : ""});
    });

    /* Scroll events don't rise, but are caught on the way down. */
    document.addEventListener("scroll", function (event) {
        var gutter = document.getElementById(GUTTER);
        if (gutter && event.target.id === EDITOR) {
            gutter.scrollTop = event.target.scrollTop;
        }
    }, true);

    document.addEventListener("click", function (event) {
        var button = event.target.closest("[data-action='go-to-line']");
        var editor = document.getElementById(EDITOR);
        if (!button || !editor) {
            return;
        }
        var lines = editor.value.split("\n");
        var line = Math.min(Number(button.dataset.line), lines.length);
        var start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
        editor.focus();
        editor.setSelectionRange(start, start + lines[line - 1].length);
        var height = editor.scrollHeight / lines.length;
        editor.scrollTop = Math.max((line - 5) * height, 0);
    });
}());
