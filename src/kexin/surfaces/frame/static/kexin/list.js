/* Choosing rows of a list: the bar says how many, before anything is done to them. */
(function () {
  "use strict";
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  function count() {
    var bar = document.getElementById("bulk");
    if (!bar) return;
    var chosen = all("[data-choose]:checked").length;
    var words = bar.querySelector("[data-chosen]");
    bar.hidden = chosen === 0;
    words.textContent = words.dataset.chosen.replace("#", chosen);
    var head = document.querySelector("[data-choose-all]");
    if (head) { head.checked = chosen > 0 && chosen === all("[data-choose]").length; head.indeterminate = chosen > 0 && !head.checked; }
    all("[data-choose]").forEach(function (box) { box.closest("tr").setAttribute("aria-selected", box.checked); });
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-choose-all]")) all("[data-choose]").forEach(function (box) { box.checked = event.target.checked; });
    if (event.target.matches("[data-choose], [data-choose-all]")) count();
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-choose-none]")) { all("[data-choose]").forEach(function (box) { box.checked = false; }); count(); }
  });
  /* Columns change places where they are chosen; the form sends them in the order they stand in. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-earlier], [data-later]");
    if (!button) return;
    var item = button.closest("li"), back = button.matches("[data-earlier]"), other = back ? item.previousElementSibling : item.nextElementSibling;
    if (!other || other.querySelector("input[disabled]")) return;
    item.parentNode.insertBefore(back ? item : other, back ? other : item);
    item.querySelector("input").checked = true;
    button.focus();
  });
  document.addEventListener("htmx:afterSettle", count);
  // A list found by typing keeps the cursor where it was: the field is new, its end is where people go on typing.
  document.addEventListener("htmx:afterSwap", function () {
    var field = document.getElementById("list-q");
    if (field && document.activeElement === document.body && field.value) { field.focus(); field.setSelectionRange(field.value.length, field.value.length); }
  });
})();
