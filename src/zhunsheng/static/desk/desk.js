/* What the pages do by themselves: "/" goes to the search, Enter or a click opens a row, the chart draws its table.
   Every page works without it. Written for Chromium 78 and later. */
(function () {
  "use strict";

  function isTyping(element) {
    return element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
      var search = document.querySelector("[data-search]");
      if (search) {
        var folded = search.closest("details");
        if (folded) { folded.open = true; }
        event.preventDefault();
        search.focus();
      }
    }
    if (event.key === "Enter" && event.target.matches && event.target.matches("tr[data-href]")) {
      window.location.assign(event.target.getAttribute("data-href"));
    }
  });

  document.addEventListener("click", function (event) {
    var row = event.target.closest("tr[data-href]");
    if (row && !event.target.closest("a, button, input, label, summary") && !String(window.getSelection())) {
      window.location.assign(row.getAttribute("data-href"));
    }
    var opener = event.target.closest("[data-dialog-close]");
    if (opener) {
      var place = document.getElementById("action-form");
      if (place) { place.textContent = ""; event.preventDefault(); }
    }
    var printer = event.target.closest("[data-print]");
    if (printer) { window.print(); }
    var adder = event.target.closest("[data-add-row]");
    if (adder) {
      var rows = adder.parentNode.querySelectorAll("[data-row]");
      var last = rows[rows.length - 1];
      var copy = last.cloneNode(true);
      copy.querySelectorAll("input").forEach(function (input) { input.value = ""; input.removeAttribute("id"); });
      last.after(copy);
      copy.querySelector("input").focus();
    }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("input[data-tick-all]")) {
      var ticked = event.target.checked;
      document.querySelectorAll("input[type='checkbox'][form='" + event.target.getAttribute("data-tick-all") + "']")
        .forEach(function (box) { box.checked = ticked; });
    }
    if (event.target.matches("select[data-submit]")) { event.target.form.submit(); }
  });

  /* After a form was put in place, the keyboard is where the eyes are. */
  document.addEventListener("htmx:afterSwap", function (event) {
    var place = document.getElementById("action-form");
    if (!place || !place.firstElementChild || event.detail.pathInfo.requestPath.indexOf("/act/") < 0) { return; }
    var first = place.querySelector("[aria-invalid='true']") ||
      place.querySelector("form input:not([type='hidden']), form select, form textarea");
    var notice = place.querySelector("[role='alert']:not(.field-error)");
    if (first) { first.focus(); }
    (notice || (event.detail.xhr.status === 422 && first) || place).scrollIntoView({block: "nearest"});
  });

  /* What could not be sent is said; what was typed stays on the page. A session that has ended gives 401 or, when
     somebody has signed in again elsewhere, 403. */
  document.addEventListener("htmx:responseError", function (event) {
    var ended = event.detail.xhr.status === 401 || event.detail.xhr.status === 403;
    var place = document.getElementById(ended ? "session-ended" : "connection-error");
    if (place) { place.hidden = false; place.scrollIntoView({block: "nearest"}); }
  });
  document.addEventListener("htmx:sendError", function () {
    var place = document.getElementById("connection-error");
    if (place) { place.hidden = false; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful) { return; }
    document.querySelectorAll("#connection-error, #session-ended").forEach(function (place) { place.hidden = true; });
  });

  function drawCharts() {
    if (!window.echarts) { return; }
    document.querySelectorAll("[data-chart]").forEach(function (place) {
      var data = JSON.parse(document.getElementById(place.getAttribute("data-chart")).textContent);
      var style = getComputedStyle(document.documentElement);
      var ink = style.getPropertyValue("--ink").trim(), doing = style.getPropertyValue("--doing").trim();
      var quiet = style.getPropertyValue("--quiet").trim(), lines = style.getPropertyValue("--lines").trim();
      var font = getComputedStyle(document.body).fontFamily;
      var chart = window.echarts.init(place, null, {renderer: "svg"});
      chart.setOption({
        animation: false,
        aria: {enabled: true},
        textStyle: {fontFamily: font, color: ink},
        grid: {left: 8, right: 16, top: 40, bottom: 8, containLabel: true},
        legend: {top: 4, right: 8, textStyle: {color: ink}},
        tooltip: {trigger: "axis"},
        xAxis: {type: "category", data: data.months, axisLine: {lineStyle: {color: quiet}}, axisTick: {show: false}},
        yAxis: {type: "value", minInterval: 1, splitLine: {lineStyle: {color: lines}}},
        series: [
          {name: data.last_year, type: "line", data: data.before, symbol: "none", color: quiet, lineStyle: {type: "dashed", width: 2}},
          {name: data.this_year, type: "line", data: data.values, symbolSize: 7, color: doing, lineStyle: {width: 2.5}}
        ].filter(function (line) { return line.data.length; })
      });
      window.addEventListener("resize", function () { chart.resize(); });
    });
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", drawCharts); } else { drawCharts(); }
}());
