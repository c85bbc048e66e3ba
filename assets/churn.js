"use strict";

/* The table of a group asks for rows once both the group and the table are there. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.churn = {
    ask: function (request, asked, table) {
        var nothing = window.dash_clientside.no_update;
        if (!request || !asked) {
            return nothing;
        }
        var moved = window.dash_clientside.callback_context.triggered.every(function (each) {
            return each.prop_id.indexOf(".getRowsRequest") < 0;
        });
        if (moved && asked.again) {
            window.dash_ag_grid.getApiAsync(table).then(function (grid) {
                grid.ensureIndexVisible(0);
                grid.purgeInfiniteCache();
            });
            return nothing;
        }
        return { request: request, asked: asked };
    }
};

/* Dash gives its slider no name that a screen reader could say. */
new MutationObserver(function () {
    var thumb = document.querySelector("#churn-cut [role=slider]:not([aria-label])");
    if (thumb) {
        thumb.setAttribute("aria-label", "Cut on the churn probability");
    }
}).observe(document.documentElement, { childList: true, subtree: true });

/* The cut is said as it stands under the chart. */
window.dccFunctions = window.dccFunctions || {};
window.dccFunctions.inPercent = function (share) {
    return (100 * share).toFixed(1) + "\u00a0%";
};
