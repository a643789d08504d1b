// A run: its events as they come, its course as a chart, and what is wrong with its data.
(() => {
  "use strict";

  const place = document.getElementById("run");
  const { run, status, limit } = place.dataset;
  const isOver = !["queued", "running"].includes(status);
  const chart = document.getElementById("chart");
  const tail = document.getElementById("log-tail");
  const show = (name, text) => {
    const found = place.querySelector(`[data-${name}]`);
    if (found) found.textContent = text;
  };
  const points = { at: [], best: [], bound: [] };
  const lines = [];
  let began = null;
  let searchBegan = null;
  const phases = lw.data("phases");
  let isDue = false;
  let last = Promise.resolve();
  let isEnded = isOver;

  const traces = () => [
    { x: points.at, y: points.best, name: "Best plan", mode: "lines+markers", line: { shape: "hv", width: 2.5, color: "#0077bb" }, marker: { symbol: "circle", size: 5 }, connectgaps: false },
    { x: points.at, y: points.bound, name: "No plan costs less", mode: "lines", line: { shape: "hv", width: 2.5, dash: "dash", color: "#c27c00" } },
  ];

  const layout = {
    height: 320,
    margin: { l: 70, r: 16, t: 40, b: 48 },
    xaxis: { title: { text: "Time (s)" }, rangemode: "tozero" },
    yaxis: { title: { text: "Cost" }, tickformat: ",", automargin: true },
    hovermode: "x unified",
  };

  let drawn = 0;

  async function draw() {
    isDue = false;
    tail.textContent = lines.slice(-14).join("\n");
    const hasPoints = points.best.some((each) => each !== null) || points.bound.some((each) => each !== null);
    document.getElementById("chart-none").hidden = hasPoints;
    chart.hidden = !hasPoints;

    if (!hasPoints || drawn === points.at.length) return;

    if (drawn === 0) {
      drawn = points.at.length;
      await lw.figure(chart, { data: traces().map((each) => ({ ...each, x: each.x.slice(), y: each.y.slice() })), layout });
    } else {
      const from = drawn;
      drawn = points.at.length;
      const at = points.at.slice(from);
      await Plotly.extendTraces(chart, { x: [at, at], y: [points.best.slice(from), points.bound.slice(from)] }, [0, 1]);
    }
  }

  function soon() {
    if (isDue) return;
    isDue = true;
    // One after the other: the first one waits for the library of charts.
    requestAnimationFrame(() => (last = last.then(draw, draw)));
  }

  function progressed(event) {
    const told = JSON.parse(event.data);
    const at = Date.parse(told.at) / 1000;
    began ??= at;
    const best = told.incumbent ?? null;
    const bound = told.bound ?? null;

    if (best !== null || bound !== null) {
      searchBegan ??= at;
      points.at.push(Math.round((at - began) * 10) / 10);
      points.best.push(best);
      points.bound.push(bound);
    }

    const phase = phases[told.phase] || told.phase;
    show("phase", phase);
    if (best !== null) show("incumbent", lw.money(best));
    if (bound !== null) show("bound", lw.money(bound));
    if (best && bound !== null) show("gap", lw.percent((best - bound) / Math.abs(best)));

    const facts = [phase];
    if (best !== null) facts.push(`best ${lw.money(best)}`);
    if (bound !== null) facts.push(`bound ${lw.money(bound)}`);
    lines.push(`${lw.clock(told.at)}  ${facts.join("  ")}`);
    soon();
  }

  // Who opened the page while the run waited sees that it has begun.
  function standsAt(told) {
    const signs = { queued: ["◷", "tag"], running: ["▶", "tag busy"] };
    const tag = document.querySelector("h1 .tag");

    if (!(told.status in signs)) return;

    const [sign, kind] = signs[told.status];
    tag.className = kind;
    tag.replaceChildren(lw.make("span", { "aria-hidden": "true" }, sign), ` ${told.status}`);

    if (told.status === "running") {
      show("began", lw.moment(told.at));
      show("attempt", told.attempt);
    }
  }

  function statusChanged(event) {
    const told = JSON.parse(event.data);
    lines.push(`${lw.clock(told.at)}  ${told.status}${told.error_code ? `: ${told.error_code}` : ""}`);
    if (told.status === "running") began = Date.parse(told.at) / 1000;
    if (!isOver) standsAt(told);

    if (!["queued", "running"].includes(told.status)) {
      stream.close();
      isEnded = true;
      // The page of a run that is over shows other things.
      if (!isOver) location.reload();
    } else if (told.status !== status && !isOver) {
      show("phase", "starts");
    }

    soon();
  }

  function wished(event) {
    const told = JSON.parse(event.data);
    lines.push(`${lw.clock(told.at)}  asked to ${told.wish}`);
    show("phase", told.wish === "stop" ? "stops" : "is cancelled");
    // What was asked for, here or by somebody else, is not offered any more.
    for (const button of document.querySelectorAll("button[data-wish]")) {
      if (told.wish === "cancel" || button.dataset.wish === "stop") button.remove();
    }
    soon();
  }

  // A stream begins with all that happened so far.
  function follow() {
    for (const each of [points.at, points.best, points.bound, lines]) each.length = 0;
    drawn = 0;
    stream = new EventSource(`/v1/runs/${encodeURIComponent(run)}/events`);
    stream.addEventListener("progress", progressed);
    stream.addEventListener("status", statusChanged);
    stream.addEventListener("wish", wished);
    stream.addEventListener("error", refused);
  }

  // A stream that is refused says by this whether the session is over; where it is not, or
  // not any more, it is asked for again before long.
  async function refused() {
    if (stream.readyState !== EventSource.CLOSED || isEnded) return;

    try {
      await lw.call("GET", `/v1/runs/${encodeURIComponent(run)}`);
      setTimeout(follow, 5000);
    } catch (error) {
      lw.complain(error);
    }
  }

  let stream = null;
  follow();
  addEventListener("pagehide", () => stream.close());
  // A page that one comes back to tells where the run is now.
  addEventListener("pageshow", (event) => event.persisted && !isOver && location.reload());

  function tick() {
    if (isEnded) return;

    if (began !== null) {
      const seconds = Math.max(Date.now() / 1000 - began, 0);
      show("elapsed", seconds < 120 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, "0")} s`);
    }

    const meter = place.querySelector("[data-progress]");
    if (meter && searchBegan !== null) meter.value = Math.min(Date.now() / 1000 - searchBegan, Number(limit));
    setTimeout(tick, 500);
  }

  tick();
  soon();

  const problems = document.getElementById("problem-grid");
  if (problems) lw.problems(problems, lw.data("problems"));
})();
