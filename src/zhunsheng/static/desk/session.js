/* Before a session ends it is said, so that nobody loses a half-filled form; and when it has ended the page says how to
   sign in again without leaving it. Written for Chromium 78 and later. */
(function () {
  "use strict";

  var WARN = 300; /* seconds before the end */
  var place = document.getElementById("session");
  if (!place) { return; }
  var address = place.getAttribute("data-address"), officer = Number(place.getAttribute("data-officer"));
  var timer = null;

  function show(which, left) {
    place.hidden = !which;
    place.querySelectorAll("[data-session]").forEach(function (line) {
      line.hidden = line.getAttribute("data-session") !== which;
      var minutes = line.querySelector("[data-minutes]");
      if (minutes) { minutes.textContent = String(Math.max(1, Math.ceil(left / 60))); }
    });
  }

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(1, seconds) * 1000);
  }

  /* After signing in again in another window the forms of this page need the new token. */
  function renew(token) {
    document.querySelectorAll("input[name='csrfmiddlewaretoken']").forEach(function (input) { input.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({"X-CSRFToken": token}));
  }

  function heard(answer) {
    if (answer.officer === null) { show("ended", 0); later(60); return; }
    if (answer.officer !== officer) { show("other", 0); later(60); return; }
    renew(answer.token);
    if (answer.left > WARN) { show("", 0); later(answer.left - WARN); return; }
    show(answer.final ? "final" : "idle", answer.left);
    later(Math.min(30, answer.left + 1));
  }

  /* Asking is nobody's activity: the header says so. */
  function ask() {
    fetch(address, {credentials: "same-origin", headers: {"X-Unattended": "1"}})
      .then(function (response) { return response.json(); }).then(heard, function () { later(30); });
  }

  place.querySelector("[data-session-stay]").addEventListener("click", function () {
    var token = document.querySelector("input[name='csrfmiddlewaretoken']");
    fetch(address, {method: "POST", credentials: "same-origin", headers: {"X-CSRFToken": token ? token.value : ""}})
      .then(function (response) { return response.json(); }).then(heard, ask);
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { ask(); } });
  later(Number(place.getAttribute("data-left")) - WARN);
}());
