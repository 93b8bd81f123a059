/* ECharts from plain data: colours from the page's tokens, formatters by name, drawn again when the theme changes. */
(function () {
  "use strict";
  var charts = [];
  var chinese = document.documentElement.lang.indexOf("zh") === 0;
  var tongue = chinese ? "zh-CN" : "en-GB";
  var number = new Intl.NumberFormat(tongue, { maximumFractionDigits: 2 });
  var share = new Intl.NumberFormat(tongue, { style: "percent", maximumFractionDigits: 1 });
  var minus = function (text) { return text.replace("-", "−"); };
  var valueOf = function (given) {
    if (given && typeof given === "object" && "value" in given) given = given.value;
    return Array.isArray(given) ? given[given.length - 1] : given;
  };
  function formatter(name) {
    if (name === "kx:number") return function (given) { return minus(number.format(valueOf(given))); };
    if (name === "kx:percent") return function (given) { return minus(share.format(valueOf(given))); };
    if (name.indexOf("kx:money:") === 0) {
      var money = new Intl.NumberFormat(tongue, { style: "currency", currency: name.slice(9), maximumFractionDigits: 0 });
      return function (given) { return minus(money.format(valueOf(given))); };
    }
    return null;
  }
  function resolve(value, styles) {
    if (typeof value === "string") {
      if (value.indexOf("kx:") === 0) return formatter(value) || value;
      var token = /^var\((--[\w-]+)\)$/.exec(value);
      return token ? styles.getPropertyValue(token[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map(function (item) { return resolve(item, styles); });
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (key) { copy[key] = resolve(value[key], styles); });
      return copy;
    }
    return value;
  }
  function theme(styles) {
    var of = function (name) { return styles.getPropertyValue("--kx-" + name).trim(); };
    var font = getComputedStyle(document.body).fontFamily;
    var axis = {
      axisLine: { lineStyle: { color: of("control") } }, axisTick: { lineStyle: { color: of("control") } },
      axisLabel: { color: of("ink-2"), fontSize: 12 }, nameTextStyle: { color: of("ink-2"), fontSize: 12 },
      splitLine: { lineStyle: { color: of("line-2") } }
    };
    return {
      color: [of("accent"), of("ink-2"), of("accent-line"), of("control")],
      backgroundColor: "transparent",
      textStyle: { color: of("ink"), fontFamily: font, fontSize: 12 },
      title: { textStyle: { color: of("ink") } },
      legend: { textStyle: { color: of("ink-2") }, itemWidth: 26 },
      tooltip: { backgroundColor: of("card"), borderColor: of("line"), textStyle: { color: of("ink"), fontSize: 12 }, extraCssText: "box-shadow:none" },
      categoryAxis: axis, valueAxis: axis, timeAxis: axis, logAxis: axis
    };
  }
  function draw(figure) {
    var box = figure.querySelector(".kx-chart-box");
    var data = document.getElementById(figure.dataset.chart);
    if (!box || !data) return;
    var old = window.echarts.getInstanceByDom(box);
    if (old) old.dispose();
    var styles = getComputedStyle(document.documentElement);
    var option = resolve(JSON.parse(data.textContent), styles);
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (calm || option.animation === undefined) option.animation = false;
    option.aria = Object.assign({ enabled: true }, option.aria || {});
    option.grid = option.grid || { left: 8, right: 16, top: 16, bottom: 8, containLabel: true };
    var chart = window.echarts.init(box, theme(styles), { renderer: "svg", locale: chinese ? "ZH" : "EN" });
    chart.setOption(option);
    // ECharts writes its own description; the sentence above the chart says what it shows.
    var heading = figure.querySelector("figcaption");
    if (heading) box.setAttribute("aria-label", heading.textContent);
    if (charts.indexOf(figure) < 0) charts.push(figure);
  }
  window.kxCharts = function (root) { Array.prototype.forEach.call(root.querySelectorAll("[data-chart]"), draw); };
  document.addEventListener("kx:theme", function () { charts = charts.filter(function (figure) { return figure.isConnected; }); charts.forEach(draw); });
  var waiting;
  function fit() {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      charts.forEach(function (figure) { var chart = window.echarts.getInstanceByDom(figure.querySelector(".kx-chart-box")); if (chart) chart.resize(); });
    }, 120);
  }
  window.addEventListener("resize", fit);
  window.addEventListener("beforeprint", function () {
    charts.forEach(function (figure) { var chart = window.echarts.getInstanceByDom(figure.querySelector(".kx-chart-box")); if (chart) chart.resize(); });
  });
})();
