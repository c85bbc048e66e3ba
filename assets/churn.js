"use strict";

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
