/* What goes on: files on their way in, jobs in progress. Both outlive any page. */
(function () {
    "use strict";
    var API = "/api/v1";
    var DATA = "/data";
    var QUICK = 1000;
    var SLOW = 4000;
    var dash = window.dash_clientside = window.dash_clientside || {};
    var following = null;
    var revision = null;
    var timer = null;
    var sending = null;

    /* Kinds of jobs that look at one file and change nothing that is published. */
    var OF_A_FILE = ["check", "score"];

    function onPage(path) {
        return window.location.pathname.replace(/\/$/, "") === path;
    }

    function onDataPage() {
        return onPage(DATA);
    }

    function asked() {
        var params = new URLSearchParams(window.location.search);
        var query = new URLSearchParams();
        ["dataset", "upload"].forEach(function (name) {
            if (params.get(name)) {
                query.set(name, params.get(name));
            }
        });
        if (onDataPage()) {
            query.set("any", "1");
        }
        return API + "/jobs?" + query.toString();
    }

    function show(id, props) {
        if (document.getElementById(id)) {
            dash.set_props(id, props);
        }
    }

    function duration(seconds) {
        return seconds < 60 ? seconds + " s" : Math.floor(seconds / 60) + " min " + seconds % 60 + " s";
    }

    function bar(id, share) {
        show(id, {
            className: share === null ? "bar-filled unknown" : "bar-filled",
            style: share === null ? {} : {width: (100 * share).toFixed(1) + "%"}
        });
    }

    function showInBar(job) {
        if (!job || OF_A_FILE.indexOf(job.kind) >= 0) {
            return;
        }
        var what = job.kind === "delete" ? "Deleting: " : "Refreshing: ";
        show("refreshing", {hidden: false, className: "refreshing running"});
        show("refreshing-said", {children: what + job.stage});
        show("refreshing-time", {children: duration(job.seconds)});
        show("refreshing-show", {hidden: true});
        bar("refreshing-bar", job.share);
    }

    function showEnd(job) {
        dash.set_props("jobs-now", {data: {followed: job.job, at: Date.now()}});
        if (OF_A_FILE.indexOf(job.kind) >= 0) {
            return;
        }
        var published = job.state === "done" && job.run;
        show("refreshing", {hidden: false, className: "refreshing ended"});
        show("refreshing-said", {
            children: published ? "Run " + job.run + " is published" : "Job " + job.state
        });
        show("refreshing-time", {children: ""});
        show("refreshing-show", {
            hidden: !published || onDataPage(),
            href: window.location.pathname + window.location.search
        });
    }

    function answered(answer) {
        var current = answer.active || answer.check;
        showInBar(answer.active);
        var ended = following && (!current || current.job !== following) ? following : null;
        if (current) {
            following = current.job;
            dash.set_props("jobs-now", {data: {followed: following, at: Date.now()}});
        } else {
            following = null;
        }
        if (ended) {
            ask(API + "/jobs/" + ended).then(showEnd);
        }
        if (revision !== null && revision !== answer.revision) {
            dash.set_props("jobs-revision", {data: answer.revision});
        }
        revision = answer.revision;
    }

    function ask(address) {
        return window.fetch(address, {headers: {Accept: "application/json"}}).then(function (response) {
            return response.ok ? response.json() : Promise.reject(new Error(response.statusText));
        });
    }

    function follow() {
        window.clearTimeout(timer);
        var ready = dash.set_props && document.querySelector("#page-head h1");
        var watched = ready && !document.hidden ? ask(asked()).then(answered) : Promise.resolve();
        watched.catch(function () { /* the portal is restarting: ask again */ }).then(function () {
            timer = window.setTimeout(follow, following || onDataPage() ? QUICK : SLOW);
        });
    }

    function say(prefix, text) {
        show(prefix + "-upload-said", {children: text});
    }

    function sendingShown(prefix, on) {
        show(prefix + "-abort", {hidden: !on});
        show(prefix + "-choose", {disabled: on});
        show(prefix + "-upload-track", {hidden: !on});
    }

    function megabytes(bytes) {
        return (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0) + " MiB";
    }

    function valueOf(id) {
        var element = document.getElementById(id);
        return element ? element.value : "";
    }

    function problemOf(request) {
        try {
            return JSON.parse(request.responseText).problem || "The portal refused the file.";
        } catch (error) {
            return request.status ? "The portal refused the file." : "The connection broke; nothing of the file is kept.";
        }
    }

    function openUpload(answer, page) {
        var params = new URLSearchParams(onPage(page) ? window.location.search : "");
        params.set("upload", answer.upload);
        dash.set_props("url", {pathname: page, search: "?" + params.toString()});
        follow();
    }

    /* The browser streams files from the disk: they are never in the memory of the page. Of
       several that belong together each is put with the first one's upload. */
    function send(prefix, chosen) {
        if (sending) {
            return;
        }
        var place = document.querySelector("[data-drop='" + prefix + "']").dataset;
        var named = document.getElementById(prefix + "-name");
        var shown = new URLSearchParams(window.location.search).get("dataset") || "";
        sendNext(prefix, place, place.several ? Array.from(chosen) : [chosen[0]], 0, {
            dataset: named ? named.value : shown, as_of: valueOf(prefix + "-as-of")
        });
    }

    function sendNext(prefix, place, files, at, asked) {
        var file = files[at];
        var more = at + 1 < files.length;
        var query = new URLSearchParams(asked);
        var request = sending = new XMLHttpRequest();
        query.set("name", file.name);
        if (more) {
            query.set("more", "1");
        }
        request.open("POST", place.to + "?" + query.toString());
        request.upload.addEventListener("progress", function (event) {
            bar(prefix + "-upload-bar", event.loaded / event.total);
            say(prefix, megabytes(event.loaded) + " of " + megabytes(event.total) + " of " + file.name);
        });
        request.addEventListener("loadend", function () {
            sending = null;
            if (request.status === 201 && more) {
                asked.with = JSON.parse(request.responseText).upload;
                sendNext(prefix, place, files, at + 1, asked);
                return;
            }
            sendingShown(prefix, false);
            if (request.status === 201) {
                say(prefix, at ? files.length + " files are here." : file.name + " is here.");
                openUpload(JSON.parse(request.responseText), place.page);
            } else if (request.aborted) {
                say(prefix, "The upload was cancelled; nothing of it is kept.");
            } else {
                say(prefix, problemOf(request));
            }
        });
        say(prefix, "Sending " + file.name);
        bar(prefix + "-upload-bar", 0);
        sendingShown(prefix, true);
        request.send(file);
    }

    function choose(prefix) {
        var input = document.createElement("input");
        var place = document.querySelector("[data-drop='" + prefix + "']").dataset;
        input.type = "file";
        input.multiple = Boolean(place.several);
        input.addEventListener("change", function () {
            if (input.files.length) {
                send(prefix, input.files);
            }
        });
        input.click();
    }

    function refreshAgain(button) {
        button.disabled = true;
        window.fetch(API + "/jobs", {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({dataset: button.dataset.dataset})
        }).then(follow, follow).then(function () { button.disabled = false; });
    }

    document.addEventListener("click", function (event) {
        var acting = event.target.closest("[data-action]");
        if (!acting) {
            return;
        }
        if (acting.dataset.action === "choose-file") {
            choose(acting.dataset.prefix);
        } else if (acting.dataset.action === "abort-upload" && sending) {
            sending.aborted = true;
            sending.abort();
        } else if (acting.dataset.action === "refresh-again") {
            refreshAgain(acting);
        }
    });

    ["dragover", "drop"].forEach(function (name) {
        document.addEventListener(name, function (event) {
            var place = event.target.closest && event.target.closest("[data-drop]");
            if (!place) {
                return;
            }
            event.preventDefault();
            if (name === "drop" && event.dataTransfer.files.length) {
                send(place.dataset.drop, event.dataTransfer.files);
            }
        });
    });

    window.addEventListener("beforeunload", function (event) {
        if (sending) {
            event.preventDefault();
        }
    });

    document.addEventListener("visibilitychange", follow);
    timer = window.setTimeout(follow, 300);
})();
