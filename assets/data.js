"use strict";

/* The figures of a file belong to what is chosen: until they do, nothing can be published. */
(function () {
    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.data = {
        wait_for_figures: function () { return true; }
    };
})();
