/* The little that pages need beyond HTML and htmx: keys, dialogs, drafts, menus, charts. No eval, no inline code. */
(function () {
  "use strict";
  var $ = function (selector, root) { return (root || document).querySelector(selector); };
  var $$ = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var words = function (name) { var box = $("#words"); return (box && box.dataset[name]) || ""; };
  var visible = function (element) { return !!(element.offsetWidth || element.offsetHeight || element.getClientRects().length); };
  var modal = function () { return $("dialog[open]"); };

  /* A line in the corner: what htmx or the network has to say. */
  function toast(text, tone) {
    var box = $("#toasts");
    if (!box || !text) return;
    var line = document.createElement("div");
    line.className = "kx-message" + (tone ? " kx-" + tone : "");
    line.textContent = text;
    box.appendChild(line);
    setTimeout(function () { line.remove(); }, 8000);
  }

  document.addEventListener("htmx:responseError", function (event) {
    var xhr = event.detail.xhr;
    if (xhr.status === 401) return toast(words("signedOut"), "bad");
    toast(xhr.getResponseHeader("X-Kexin-Message") ? decodeURIComponent(xhr.getResponseHeader("X-Kexin-Message")) : words("broken"), "bad");
  });
  document.addEventListener("htmx:sendError", function () { toast(words("lost"), "bad"); });
  document.addEventListener("htmx:timeout", function () { toast(words("lost"), "bad"); });
  document.addEventListener("kx:say", function (event) { toast(event.detail.value || event.detail, event.detail.tone || "good"); });

  /* Dialogs: data-opens="id" opens, data-closes closes. One whose content is loaded on demand names its address in data-load. */
  function open(id, from) {
    var dialog = document.getElementById(id);
    if (!dialog || !dialog.showModal || dialog.open) return;
    if (id === "keys") listKeys(dialog);
    dialog.showModal();
    if (dialog.dataset.load) {
      var url = dialog.dataset.load;
      var about = from && from.dataset.about || document.body.dataset.about || ($("[data-about]") || { dataset: {} }).dataset.about;
      if (about) url += (url.indexOf("?") < 0 ? "?" : "&") + "customer=" + encodeURIComponent(about);
      window.htmx.ajax("GET", url, { target: "#" + id + "-body", swap: "innerHTML" });
    }
  }
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-opens]");
    if (opener) { event.preventDefault(); open(opener.dataset.opens, opener); return; }
    var shower = event.target.closest("[data-shows]");
    if (shower) open(shower.dataset.shows, shower);
    var closer = event.target.closest("[data-closes]");
    if (closer) { event.preventDefault(); closer.closest("dialog").close(); return; }
    if (event.target.tagName === "DIALOG" && event.target.open) {
      var box = event.target.getBoundingClientRect();
      var inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
    $$("details[data-menu][open], details.kx-explain[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
    var found = $("#global-found");
    if (found && !found.closest("form").contains(event.target)) found.innerHTML = "";
  });
  document.addEventListener("kx:close", function () { var dialog = modal(); if (dialog) dialog.close(); });

  /* A menu or an explanation near the edge of the window stays inside it. */
  document.addEventListener("toggle", function (event) {
    var menu = event.target;
    if (!menu.matches || !menu.matches("details[data-menu], details.kx-explain") || !menu.open) return;
    var box = $(".kx-pop", menu);
    box.style.transform = "";
    var place = box.getBoundingClientRect();
    var shift = Math.min(0, document.documentElement.clientWidth - 8 - place.right) || Math.max(0, 8 - place.left);
    if (shift) box.style.transform = "translateX(" + shift + "px)";
  }, true);

  /* Keys */
  function typing(target) { return target.closest("input, textarea, select, [contenteditable], .ts-control"); }
  function rowsBox() { return $$("[data-rows]").filter(visible)[0]; }
  function rows() { var box = rowsBox(); return box ? $$(".kx-row-t, tbody tr, [data-row]", box).filter(visible) : []; }
  function current() { return rows().filter(function (row) { return row.hasAttribute("aria-current"); })[0]; }
  function move(step) {
    var all = rows();
    if (!all.length) return;
    var here = all.indexOf(current());
    var next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    all.forEach(function (row) { row.removeAttribute("aria-current"); });
    next.setAttribute("aria-current", "true");
    next.scrollIntoView({ block: "nearest" });
    var link = $("a, button", next);
    if (link) link.focus({ preventScroll: true });
  }
  function press(element) {
    if (element.matches("input:not([type=checkbox]), textarea")) { element.focus(); if (element.select) element.select(); } else element.click();
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var form = event.target.closest("form") || $("main form[method=post]");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.key === "Escape") {
      $$("details[data-menu][open], details.kx-explain[open]").forEach(function (menu) {
        menu.open = false;
        $("summary", menu).focus();
      });
      var found = $("#global-found");
      if (found) found.innerHTML = "";
      return;
    }
    if (event.target.id === "global-search" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      var first = $("#global-found a");
      if (first) { event.preventDefault(); first.focus(); }
      return;
    }
    if (event.target.closest("#global-found") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      var links = $$("#global-found a");
      var at = links.indexOf(event.target.closest("a")) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      (links[at] || $("#global-search")).focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || modal()) return;
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "j") return move(1);
    if (key === "k") return move(-1);
    var row = current();
    if (key === "Enter" && row && !event.target.closest("a, button, summary")) {
      var link = $("a[href]", row);
      if (link) link.click();
      return;
    }
    var match = '[data-key="' + (window.CSS ? CSS.escape(key) : key) + '"]';
    var target = (row && $(match, row)) || $$(match).filter(function (element) { return visible(element) && !element.closest("[data-rows]"); })[0];
    if (!target && row === undefined) target = null;
    if (target) { event.preventDefault(); press(target); return; }
    if (key === "n" && $("#note")) { event.preventDefault(); open("note"); }
  });
  function listKeys(dialog) {
    var list = $("[data-keys-list]", dialog);
    $$("[data-found]", list).forEach(function (node) { node.remove(); });
    var seen = {};
    var add = function (key, name) {
      if (seen[key] || !name) return;
      seen[key] = true;
      var term = document.createElement("dt"), words = document.createElement("dd"), mark = document.createElement("kbd");
      mark.textContent = key.toUpperCase();
      words.textContent = name;
      term.appendChild(mark);
      term.dataset.found = words.dataset.found = "";
      list.insertBefore(words, list.firstChild);
      list.insertBefore(term, words);
    };
    $$("[data-key]").forEach(function (element) {
      add(element.dataset.key, element.dataset.keyName || (element.textContent || element.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim());
    });
    if ($("#note") && !seen.n) add("n", $("#note-title").textContent);
  }

  /* Drafts: what was typed is kept in this browser until it was saved. One draft for each person and form. */
  function draftKey(form) { return "kx-draft:" + (document.body.dataset.person || "") + ":" + form.dataset.draft; }
  function fields(form) {
    return $$("input, select, textarea", form).filter(function (field) {
      return field.name && ["hidden", "password", "file", "submit", "button"].indexOf(field.type) < 0 && !field.hasAttribute("data-no-draft");
    });
  }
  function read(form) {
    var kept = {};
    fields(form).forEach(function (field) {
      var value;
      if (field.type === "checkbox" || field.type === "radio") { if (field.checked) value = field.value; else return; }
      else if (field.multiple) value = $$("option:checked", field).map(function (option) { return option.value; });
      else value = field.value;
      (kept[field.name] = kept[field.name] || []).push(value);
    });
    return JSON.stringify(kept);
  }
  function write(form, text) {
    var kept = JSON.parse(text), used = {};
    fields(form).forEach(function (field) {
      var values = kept[field.name] || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.indexOf(field.value) >= 0;
      else {
        var index = used[field.name] = (used[field.name] === undefined ? 0 : used[field.name] + 1);
        if (values[index] === undefined) return;
        if (field.multiple) $$("option", field).forEach(function (option) { option.selected = values[index].indexOf(option.value) >= 0; });
        else field.value = values[index];
      }
      if (field.tomselect) field.tomselect.sync();
    });
  }
  function watch(form) {
    if (form.kxWatched) return;
    form.kxWatched = true;
    var key = draftKey(form), fresh = read(form), kept = null;
    try {
      var done = sessionStorage.getItem("kx-sent");
      // The page after a successful save is another address: what was sent from here is saved, so the draft goes.
      kept = localStorage.getItem(key);
      if (done === key && !$(".kx-error, [data-focus]", form)) { kept = null; localStorage.removeItem(key); }
      if (done === key) sessionStorage.removeItem("kx-sent");
    } catch (error) { return; /* a browser that keeps nothing */ }
    if (kept && kept !== fresh) {
      write(form, kept);
      var line = document.createElement("div"), drop = document.createElement("button");
      line.className = "kx-message";
      line.appendChild(document.createTextNode(words("draftKept") + " "));
      drop.type = "button";
      drop.className = "btn s";
      drop.textContent = words("draftDrop");
      drop.addEventListener("click", function () { localStorage.removeItem(key); write(form, fresh); line.remove(); });
      line.appendChild(drop);
      form.insertBefore(line, form.firstChild);
    }
    var keep = function () {
      var now = read(form);
      try { if (now === fresh) localStorage.removeItem(key); else localStorage.setItem(key, now); } catch (error) { /* full: nothing to do */ }
    };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", function () { try { sessionStorage.setItem("kx-sent", key); } catch (error) { /* as above */ } });
    form.addEventListener("htmx:afterRequest", function (event) { if (event.detail.elt === form && event.detail.successful) localStorage.removeItem(key); });
  }
  /* A draft sent from a page that is not shown again is saved, unless this page is the sign-in or the same form. */
  function settle() {
    try {
      var key = sessionStorage.getItem("kx-sent");
      if (!key || document.body.classList.contains("kx-plain")) return;
      var again = $$("form[data-draft]").some(function (form) { return draftKey(form) === key; });
      if (!again) { localStorage.removeItem(key); sessionStorage.removeItem("kx-sent"); }
    } catch (error) { /* a browser that keeps nothing */ }
  }

  /* Language and colours. Colours change at once; the choice is remembered behind. */
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (form.matches("[data-appearance]") && button && button.name === "theme") {
      event.preventDefault();
      window.kxApplyTheme(button.value);
      $$("[data-appearance] [name=theme]").forEach(function (other) { other.setAttribute("aria-pressed", String(other.value === button.value)); });
      var data = new FormData(form);
      data.set("theme", button.value);
      fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(function () { toast(words("lost"), "bad"); });
      return;
    }
    if (form.method === "post" && !form.matches("[data-appearance]") && !event.defaultPrevented && !form.hasAttribute("hx-post")) {
      // One click, one write: a second submit of the same page is stopped while the first is on its way.
      if (form.kxSent) { event.preventDefault(); return; }
      form.kxSent = true;
      setTimeout(function () { form.kxSent = false; }, 5000);
    }
  });
  window.addEventListener("pageshow", function () { $$("form").forEach(function (form) { form.kxSent = false; }); });

  /* A choice that takes effect at once: data-submits on a select or checkbox. */
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submits]") && event.target.form) event.target.form.requestSubmit();
  });
  /* data-confirm="Sure?" on a form asks first. */
  document.addEventListener("submit", function (event) {
    var question = (event.submitter && event.submitter.dataset.confirm) || event.target.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  /* Charts and searchable selects are only loaded where a page has one. */
  var loading = {};
  function load(url, then) {
    if (!url) return;
    if (!loading[url]) {
      loading[url] = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = url;
        script.onload = resolve;
        script.onerror = reject;
        document.head.appendChild(script);
      });
    }
    loading[url].then(then, function () { toast(words("lost"), "bad"); });
  }
  var base = $('script[src*="kexin.js"]').src.replace(/kexin\.js.*$/, "");
  function dress(root) {
    if (root.matches && root.matches("form[data-draft]")) watch(root);
    $$("form[data-draft]", root).forEach(watch);
    if ($("[data-chart]", root)) load(document.body.dataset.charts, function () { load(base + "charts.js", function () { window.kxCharts(root); }); });
    var picks = $$("select.kx-pick", root).filter(function (select) { return !select.tomselect; });
    if (picks.length) load(document.body.dataset.picks, function () {
      picks.forEach(function (select) {
        if (select.tomselect) return;
        var label = select.labels && select.labels[0];
        if (label) select.setAttribute("aria-label", label.textContent.trim());
        new window.TomSelect(select, { maxOptions: 200, hidePlaceholder: true, allowEmptyOption: true });
      });
    });
    var focus = $("[data-focus]", root) || $(".kx-field.bad input, .kx-field.bad select, .kx-field.bad textarea", root);
    if (focus) focus.focus();
  }
  document.addEventListener("htmx:load", function (event) { if (event.detail.elt !== document.body) dress(event.detail.elt); });
  settle();
  dress(document.body);
})();
