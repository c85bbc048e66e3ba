/* The page of models prints its card alone; models.css hides the rest on paper. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.models = {
    print: function (clicks) {
        if (clicks) { window.print(); }
        return window.dash_clientside.no_update;
    },
};
