/* A board: a card dragged to another column sends the form its menu has; refused or lost, it goes back where it was. */
(function () {
  "use strict";
  var dragged = null, home = null, after = null;
  var lane = function (event) { return event.target.closest && event.target.closest("[data-lane]"); };
  function clear() { document.querySelectorAll(".kx-over").forEach(function (one) { one.classList.remove("kx-over"); }); }
  function back() { if (dragged && home && dragged.isConnected) home.insertBefore(dragged, after); dragged = home = after = null; }
  document.addEventListener("dragstart", function (event) {
    var card = event.target.closest && event.target.closest("[data-card][draggable=true]");
    if (!card) return;
    dragged = card; home = card.parentNode; after = card.nextSibling;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    card.classList.add("kx-dragged");
  });
  document.addEventListener("dragover", function (event) {
    var over = lane(event);
    if (!dragged || !over) return;
    event.preventDefault();
    clear();
    if (over !== home.closest("[data-lane]")) over.classList.add("kx-over");
  });
  document.addEventListener("drop", function (event) {
    var over = lane(event);
    if (!dragged || !over) return;
    event.preventDefault();
    clear();
    var form = dragged.querySelector("[data-move]"), button = form && form.querySelector('[name=stage][value="' + over.dataset.lane + '"]');
    if (!button) { back(); return; }
    over.querySelector(".kx-lane-cards").prepend(dragged);
    form.requestSubmit(button);
  });
  document.addEventListener("dragend", function () {
    clear();
    document.querySelectorAll(".kx-dragged").forEach(function (one) { one.classList.remove("kx-dragged"); });
  });
  document.addEventListener("htmx:responseError", back);
  document.addEventListener("htmx:sendError", back);
  document.addEventListener("htmx:timeout", back);
})();
