"use strict";

/* The identifier of a customer in a table leads to the customer's page. */
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
window.dashAgGridComponentFunctions.CustomerLink = function (cell) {
    if (cell.value === undefined || cell.value === null) {
        return null;
    }
    var asked = new URLSearchParams(window.location.search);
    var query = new URLSearchParams({ customer: cell.value });
    if (asked.has("dataset")) {
        query.set("dataset", asked.get("dataset"));
    }
    return window.React.createElement("a", { href: "/customer?" + query }, cell.value);
};

/* A cell that has the focus holds it for its link: Enter goes where a click would. */
document.addEventListener("keydown", function (event) {
    var cell = event.key === "Enter" && event.target.closest && event.target.closest(".ag-cell");
    var link = cell && cell.querySelector("a[href]");
    if (link && event.target !== link) {
        link.click();
    }
});
