// Orders as bars over time: some rows at a time, of the orders that a page chooses. Other
// scripts use it as `bars`.
const bars = (() => {
  "use strict";

  const place = document.getElementById("bars");
  const form = place.querySelector("form");
  const chart = place.querySelector(".chart");
  const steps = place.querySelector("[data-steps]");
  const told = place.querySelector("[data-drawn]");
  const DAY = 86_400_000;
  // Pixels of a text that can be read.
  const LEAST = 10;
  let asked = () => ({});
  let part = 1;
  let days = null;

  // The days that are to be seen, of those that the orders take.
  function seen() {
    const { from, weeks } = form.elements;
    const begin = from.value || days[0];
    const end = weeks.value ? new Date(Date.parse(begin) + Number(weeks.value) * 7 * DAY).toISOString().slice(0, 10) : days[1];

    return [begin, end > begin ? end : new Date(Date.parse(begin) + 7 * DAY).toISOString().slice(0, 10)];
  }

  function drawn(made) {
    const { meta } = made.layout;
    steps.hidden = !meta || meta.parts === 1;

    if (!meta) {
      told.textContent = "";
      return;
    }

    const orders = meta.orders.toLocaleString("en-GB");
    const total = meta.total.toLocaleString("en-GB");
    const rows = meta.first === meta.last ? meta.first : `${meta.first} to ${meta.last}`;
    part = meta.part;
    told.textContent = meta.parts === 1 ? `All ${orders === "1" ? "of 1 order" : `${orders} orders`}` : `${orders} of ${total} orders: ${rows} (part ${part.toLocaleString("en-GB")} of ${meta.parts.toLocaleString("en-GB")})`;
    steps.firstElementChild.disabled = part === 1;
    steps.lastElementChild.disabled = part === meta.parts;
    days = made.layout.xaxis.range;
    made.layout.xaxis.range = seen();
    // It is said above the chart.
    made.layout.title.text = made.layout.title.text.replace(/:.*$/, "");
  }

  const open = ([order]) => order && location.assign(plan.address("pegging", { of: order }));

  // Texts in narrow bars are made small: those that nobody could read are hidden, until
  // somebody looks closer.
  function tidy() {
    for (const text of chart.querySelectorAll(".bartext")) {
      text.style.visibility = text.getBoundingClientRect().height < LEAST ? "hidden" : "";
    }
  }

  async function draw() {
    const { rows, colour } = form.elements;
    const values = { rows: rows.value, colour: colour.value, part, ...asked() };
    await plan.figure(chart, "orders", values, open, drawn);

    if (chart.querySelector(":scope > .problem")) {
      told.textContent = "";
      steps.hidden = true;
      return;
    }

    chart.removeAllListeners("plotly_afterplot");
    chart.on("plotly_afterplot", tidy);
    tidy();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const { from, weeks, rows } = form.elements;

    if (event.target === from || event.target === weeks) {
      if (days) Plotly.relayout(chart, { "xaxis.range": seen() });
      return;
    }

    if (event.target === rows) part = 1;
    draw();
  });
  steps.addEventListener("click", (event) => {
    const step = Number(event.target.dataset.step);

    if (!step) return;
    part += step;
    draw();
  });

  // Shows the orders that a function says how to ask for, from the first part on.
  function show(query) {
    asked = query;
    part = 1;

    return draw();
  }

  return { show };
})();
