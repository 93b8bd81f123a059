/* Runs before anything is drawn, so that dark pages never flash white. */
(function () {
  var root = document.documentElement;
  var device = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var choice = root.dataset.themeChoice || "";
    root.dataset.bsTheme = choice || (device.matches ? "dark" : "light");
  }
  apply();
  device.addEventListener("change", function () {
    apply();
    document.dispatchEvent(new CustomEvent("kx:theme"));
  });
  window.kxApplyTheme = function (choice) {
    root.dataset.themeChoice = choice;
    apply();
    document.dispatchEvent(new CustomEvent("kx:theme"));
  };
})();
