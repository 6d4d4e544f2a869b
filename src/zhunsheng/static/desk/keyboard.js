/* Working with the keyboard: what each key does is listed on "?", below the help of the page (_shortcuts.html). No key takes
   a step: they move about, open and submit what is filled in. Every page works without it. Written for Chromium 78 and
   later. */
(function () {
  "use strict";

  function isTyping(element) {
    return element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  }

  function follow(selector) {
    var found = document.querySelector(selector);
    if (found) { found.click(); }
    return Boolean(found);
  }

  function showHelp() {
    var help = document.getElementById("page-help");
    if (!help) { return false; }
    help.open = !help.open;
    help.querySelector("summary").focus();
    return true;
  }

  function find() {
    var field = document.getElementById("find");
    if (field) { field.focus(); field.select(); }
    return Boolean(field);
  }

  function filter() {
    var field = document.querySelector("main input[type='search']");
    if (!field) { return false; }
    var folded = field.closest("details");
    if (folded) { folded.open = true; }
    field.focus();
    return true;
  }

  /* To the next or the one before among the rows that open something. */
  function move(step) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-href]"));
    if (!rows.length) { return false; }
    var here = rows.indexOf(document.activeElement && document.activeElement.closest("tr[data-href]"));
    var next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    if (rows[next]) { rows[next].focus(); }
    return true;
  }

  var KEYS = {
    "?": showHelp,
    "/": find,
    "f": filter,
    "j": function () { return move(1); },
    "k": function () { return move(-1); },
    "n": function () { return follow("main .head-tools a.btn-primary"); },
    "a": function () { return follow(".now .buttons a"); },
    "t": function () { return follow(".top-name"); },
    "[": function () { return follow(".pages a[rel='prev']"); },
    "]": function () { return follow(".pages a[rel='next']"); }
  };

  function closePopups() {
    document.querySelectorAll("details.popup[open]").forEach(function (popup) {
      popup.open = false;
      popup.querySelector("summary").focus();
    });
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey || event.defaultPrevented) { return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var form = event.target.closest && event.target.closest("main form");
      var button = form && form.querySelector("button.btn-primary[type='submit']");
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) { return; }
    if (event.key === "Escape") { closePopups(); return; }
    if (event.key === "Enter") {
      if (event.target.matches && event.target.matches("tr[data-href]")) {
        window.location.assign(event.target.getAttribute("data-href"));
      }
      return;
    }
    if (isTyping(event.target)) { return; }
    if (/^[1-9]$/.test(event.key)) {
      var tab = document.querySelectorAll("main .tabs a")[Number(event.key) - 1];
      if (tab) { event.preventDefault(); tab.click(); }
    } else if (Object.prototype.hasOwnProperty.call(KEYS, event.key) && KEYS[event.key]()) {
      event.preventDefault();
    }
  });
}());
