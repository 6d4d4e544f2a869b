/* What the pages do by themselves: keys, a click opens a row, a form is put in place, the chart draws its table. Every page
   works without it. Written for Chromium 78 and later. */
(function () {
  "use strict";

  /* Working with the keyboard: what each key does is listed on "?", below the help of the page (_shortcuts.html). No key
     takes a step: they move about, open, and submit what is filled in. */
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

  /* A choice, or a press anywhere else, puts an open popup away. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.popup[open]").forEach(function (popup) {
      if (!popup.contains(event.target) || event.target.closest(".popup-list a")) { popup.open = false; }
    });
  });

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

  /* How many rows are ticked; the bar of what can be done with them comes into sight with the first. Going back in the browser
     the ticks are there again. */
  function showTicked() {
    document.querySelectorAll("[data-ticked]").forEach(function (shown) {
      var count = document.querySelectorAll("input[type='checkbox'][form='" + shown.getAttribute("data-ticked") + "']:checked").length;
      shown.textContent = count || "";
      shown.closest(".bulk-bar").classList.toggle("is-wanted", count > 0);
    });
  }
  window.addEventListener("pageshow", showTicked);

  // A day or a unit a form begins with goes along with the day of the step or the organ chosen, until somebody says otherwise.
  function shownIn(control) { return control.options ? control.options[control.selectedIndex].text : control.value; }
  function goAlong(event) {
    var led = event.target;
    if (!led.form || !led.name) { return; }
    led.form.querySelectorAll("[data-follows='" + led.name + "']").forEach(function (control) {
      if (control.dataset.said) { return; }
      if (!control.options) { control.value = shownIn(led); return; }
      for (var at = 0; at < control.options.length; at += 1) {
        if (control.options[at].text === shownIn(led)) { control.selectedIndex = at; }
      }
    });
    if (led.dataset.follows) { led.dataset.said = "yes"; }
  }
  document.addEventListener("change", function (event) {
    goAlong(event);
    if (event.target.matches("input[data-tick-all]")) {
      var ticked = event.target.checked;
      document.querySelectorAll("input[type='checkbox'][form='" + event.target.getAttribute("data-tick-all") + "']")
        .forEach(function (box) { box.checked = ticked; });
    }
    showTicked();
    if (event.target.matches("select[data-submit]")) { event.target.form.submit(); }
  });

  /* The field in the top bar: arrow keys choose among what is suggested, Enter opens it, Escape closes. On the page of
     results they go from one to the next. */
  function suggestions() {
    var place = document.getElementById("suggestions");
    return {
      place: place,
      field: document.getElementById("find"),
      options: place ? Array.prototype.slice.call(place.querySelectorAll("[role='option']")) : [],
      show: function (open) {
        place.hidden = !open;
        this.field.setAttribute("aria-expanded", String(open));
        if (!open) { this.choose(null); }
      },
      choose: function (option) {
        this.options.forEach(function (other) { other.removeAttribute("aria-selected"); });
        this.field.removeAttribute("aria-activedescendant");
        if (option) {
          option.setAttribute("aria-selected", "true");
          option.scrollIntoView({block: "nearest"});
          this.field.setAttribute("aria-activedescendant", option.id);
        }
      },
      chosen: function () { return place.querySelector("[aria-selected='true']"); }
    };
  }

  function step(list, from, event) {
    var place = list.indexOf(from) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    return list[from ? place : (event.key === "ArrowDown" ? 0 : list.length - 1)] || null;
  }

  document.addEventListener("keydown", function (event) {
    var isArrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (event.isComposing) { return; }
    if (event.target.id === "find") {
      var found = suggestions();
      if (event.key === "Escape" && !found.place.hidden) { found.show(false); event.preventDefault(); }
      if (isArrow && found.options.length) { found.show(true); found.choose(step(found.options, found.chosen(), event)); }
      if (event.key === "Enter" && !found.place.hidden && found.chosen()) { event.preventDefault(); found.chosen().click(); }
    } else if (isArrow && event.target.matches && event.target.matches("[data-find]")) {
      var next = step(Array.prototype.slice.call(document.querySelectorAll("[data-find]")), event.target, event);
      (next || document.getElementById("find")).focus();
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "suggestions") {
      var found = suggestions();
      found.show(found.options.length > 0 && document.activeElement === found.field);
    }
  });
  document.addEventListener("focusout", function (event) {
    if (event.target.id === "find") {
      window.setTimeout(function () { if (document.activeElement !== event.target) { suggestions().show(false); } }, 200);
    }
  });

  /* After a form was put in place or has a page of its own, the keyboard is where the eyes are. */
  function firstField(place) {
    return place.querySelector("[aria-invalid='true']") ||
      place.querySelector("form input:not([type='hidden']), form select, form textarea");
  }

  function enterStep() {
    var form = stepForm();
    var first = form && firstField(form.closest("section"));
    if (first) { first.focus({preventScroll: true}); }
  }

  /* What a form fetches for itself while somebody types, its paper and the note of its draft, moves no keyboard. */
  document.addEventListener("htmx:afterSwap", function (event) {
    var place = document.getElementById("action-form"), filled = event.detail.target;
    if (!place || !place.firstElementChild || !(filled === place || filled.classList.contains("action-form"))) { return; }
    var first = firstField(place);
    var notice = place.querySelector("[role='alert']:not(.field-error)");
    if (first) { first.focus(); }
    (notice || (event.detail.xhr.status === 422 && first) || place).scrollIntoView({block: "nearest"});
  });

  /* What a page asks by itself: not while nobody looks at it, and its answers say nothing about what an officer sent. */
  function isUnattended(event) { return event.target.hasAttribute && event.target.hasAttribute("data-unattended"); }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (isUnattended(event) && document.hidden) { event.preventDefault(); }
  });

  /* What could not be sent is said; what was typed stays on the page. A session that has ended gives 401 or, when
     somebody has signed in again elsewhere, 403. */
  document.addEventListener("htmx:responseError", function (event) {
    if (isUnattended(event)) { return; }
    var ended = event.detail.xhr.status === 401 || event.detail.xhr.status === 403;
    var place = document.getElementById(ended ? "session-ended" : "connection-error");
    if (place) { place.hidden = false; place.scrollIntoView({block: "nearest"}); }
  });
  document.addEventListener("htmx:sendError", function (event) {
    if (isUnattended(event) || keepOffline(event.target)) { return; }
    var place = document.getElementById("connection-error");
    if (place) { place.hidden = false; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful || isUnattended(event)) { return; }
    document.querySelectorAll("#connection-error, #session-ended").forEach(function (place) { place.hidden = true; });
  });

  /* Without a network the form of a step keeps what is typed in this window, for this officer only, and what was to be
     submitted is sent when there is a network again. Hidden fields and files are not kept: they belong to the page. */
  function stepForm() { return document.getElementById("step-form"); }

  function offlineKey(form) {
    var session = document.getElementById("session");
    return "step:" + (session ? session.getAttribute("data-officer") : "") + ":" + form.getAttribute("action");
  }

  function typedIn(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.type !== "hidden" && field.type !== "file" && field.type !== "submit";
    });
  }

  function keepOffline(element) {
    var form = element.closest && element.closest("#step-form");
    if (!form || navigator.onLine) { return false; }
    var kept = typedIn(form).map(function (field) {
      var ticked = field.type === "checkbox" || field.type === "radio";
      var chosen = Array.prototype.filter.call(field.selectedOptions || [], Boolean).map(function (o) { return o.value; });
      return ticked ? field.checked : field.multiple ? chosen : field.value;
    });
    window.sessionStorage.setItem(offlineKey(form), JSON.stringify(kept));
    if (element === form) { form.setAttribute("data-waiting", ""); }
    document.getElementById("kept-offline").hidden = false;
    return true;
  }

  function restoreOffline() {
    var form = stepForm();
    var text = form && window.sessionStorage.getItem(offlineKey(form));
    var fields = text ? typedIn(form) : [];
    var kept = text ? JSON.parse(text) : [];
    if (!text || kept.length !== fields.length) { return; }
    fields.forEach(function (field, place) {
      if (field.type === "checkbox" || field.type === "radio") { field.checked = kept[place]; return; }
      if (!field.multiple) { field.value = kept[place]; return; }
      Array.prototype.forEach.call(field.options, function (o) { o.selected = kept[place].indexOf(o.value) >= 0; });
    });
    document.getElementById("restored-offline").hidden = false;
  }

  window.addEventListener("online", function () {
    var form = stepForm();
    if (form && form.hasAttribute("data-waiting")) { window.htmx.trigger(form, "submit"); }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target.id !== "step-form" || !event.detail.xhr.status) { return; }
    window.sessionStorage.removeItem(offlineKey(event.target));
    ["kept-offline", "restored-offline"].forEach(function (id) { document.getElementById(id).hidden = true; });
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "action-form") { restoreOffline(); }
  });

  /* What has to be scrolled sideways and holds nothing the keyboard reaches is reached itself. */
  function reachWideTables() {
    document.querySelectorAll(".table-wide, .paper-desk, .field-names").forEach(function (place) {
      var scrolls = place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight;
      if (scrolls && !place.querySelector("a, button, input, select, textarea, [tabindex]")) {
        place.setAttribute("tabindex", "0");
      }
    });
  }

  /* The first-day tour: the part it speaks of is marked and in sight; the keyboard goes on, back and out. */
  function showTour() {
    var tour = document.getElementById("tour");
    if (!tour) { return; }
    var target = document.querySelector("[data-tour='" + tour.getAttribute("data-tour-at") + "']");
    if (target) {
      var counting = target.querySelector(".deadline-list details");
      if (counting) { counting.open = true; }
      target.classList.add("tour-target");
      target.scrollIntoView({block: "center"});
    }
    tour.focus({preventScroll: true});
    var keys = {Escape: "leave", ArrowRight: "onward", ArrowLeft: "back"};
    document.addEventListener("keydown", function (event) {
      var address = keys[event.key] && tour.getAttribute("data-tour-" + keys[event.key]);
      var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
      if (address && !typing && !event.altKey && !event.ctrlKey && !event.metaKey) {
        window.location.assign(address);
      }
    });
  }

  document.addEventListener("htmx:afterSwap", narrowLongChoices);

  /* A long list of choices gets a field that leaves only those with the typed words in them; a single one left is chosen.
     Of choices to tick, what is ticked stays in sight, and the first that was ticked beforehand is what one sees. */
  function narrowLongChoices() {
    var words = document.getElementById("content");
    if (!words || !words.getAttribute("data-narrow")) { return; }
    words.querySelectorAll("form .field select:not([data-narrowed]), form .tick-list:not([data-narrowed])").forEach(function (list) {
      var isSelect = list.tagName === "SELECT";
      var choices = Array.prototype.slice.call(isSelect ? list.options : list.querySelectorAll("label"));
      if (choices.length < 20) { return; }
      list.setAttribute("data-narrowed", "");
      var field = document.createElement("input");
      var label = isSelect ? list.id && words.querySelector("label[for='" + list.id + "']") : list.closest("fieldset").querySelector("legend");
      field.type = "search";
      field.className = "form-control narrow";
      field.placeholder = words.getAttribute("data-narrow");
      field.setAttribute("aria-label", field.placeholder + (label ? " " + label.textContent.trim() : ""));
      field.addEventListener("input", function () {
        (isSelect ? narrow : narrowTicks)(isSelect ? list : choices, field.value.trim().toLowerCase());
      });
      field.addEventListener("keydown", function (event) {
        if (event.key === "Enter") { event.preventDefault(); (isSelect ? list : list.querySelector("label:not([hidden]) input") || field).focus(); }
      });
      list.parentNode.insertBefore(field, list);
      var ticked = !isSelect && list.querySelector("input:checked");
      if (ticked) { list.scrollTop = ticked.closest("label").offsetTop - list.offsetTop; }
    });
  }

  function isAmong(choice, text) { return choice.textContent.toLowerCase().indexOf(text) >= 0; }

  function narrowTicks(labels, text) {
    labels.forEach(function (label) { label.hidden = !label.querySelector("input").checked && !isAmong(label, text); });
  }

  function narrow(select, text) {
    var left = [];
    Array.prototype.forEach.call(select.options, function (option) {
      option.hidden = Boolean(option.value && text && !isAmong(option, text));
      if (option.value && !option.hidden) { left.push(option); }
    });
    select.querySelectorAll("optgroup").forEach(function (group) { group.hidden = !group.querySelector("option:not([hidden])"); });
    if (text && left.length === 1 && !select.multiple) {
      select.value = left[0].value;
      select.dispatchEvent(new Event("change", {bubbles: true}));
    }
  }

  function drawCharts() {
    if (!window.echarts) { return; }
    document.querySelectorAll("[data-chart]").forEach(function (place) {
      var data = JSON.parse(document.getElementById(place.getAttribute("data-chart")).textContent);
      var style = getComputedStyle(document.documentElement);
      var ink = style.getPropertyValue("--ink").trim(), doing = style.getPropertyValue("--doing").trim();
      var quiet = style.getPropertyValue("--quiet").trim(), lines = style.getPropertyValue("--lines").trim();
      var font = getComputedStyle(document.body).fontFamily;
      var seriesOf = function (line, index) {
        var newest = index === data.lines.length - 1;
        return {
          name: line.name, type: "line", data: line.values, symbolSize: newest ? 7 : 4, color: newest ? doing : quiet,
          lineStyle: {width: newest ? 2.5 : 1.5, type: newest ? "solid" : index % 2 ? "dotted" : "dashed"},
          markLine: newest && data.breaks.length ? {
            symbol: "none", silent: true, lineStyle: {color: ink, type: "dashed"},
            label: {formatter: data.break_name, color: ink},
            data: data.breaks.map(function (name) { return {xAxis: name}; })
          } : undefined
        };
      };
      // Drawn, not built of elements: their style attributes are what the policy of the pages forbids. Sharp in print, too.
      var chart = window.echarts.init(place, null, {devicePixelRatio: Math.max(2, window.devicePixelRatio)});
      chart.setOption({
        animation: false,
        aria: {enabled: true},
        textStyle: {fontFamily: font, color: ink},
        grid: {left: 8, right: 16, top: 40, bottom: 8, containLabel: true},
        legend: {top: 4, right: 8, textStyle: {color: ink}},
        tooltip: {trigger: "axis", renderMode: "richText"},
        xAxis: {type: "category", data: data.months, axisLine: {lineStyle: {color: quiet}}, axisTick: {show: false}},
        yAxis: {type: "value", minInterval: 1, splitLine: {lineStyle: {color: lines}}},
        series: data.lines ? data.lines.map(seriesOf) : [
          {name: data.last_year, type: "line", data: data.before, symbol: "none", color: quiet, lineStyle: {type: "dashed", width: 2}},
          {name: data.this_year, type: "line", data: data.values, symbolSize: 7, color: doing, lineStyle: {width: 2.5}}
        ].filter(function (line) { return line.data.some(function (value) { return value !== null; }); })
      });
      window.addEventListener("resize", function () { chart.resize(); });
    });
  }

  function start() { drawCharts(); reachWideTables(); narrowLongChoices(); showTour(); restoreOffline(); enterStep(); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
}());
