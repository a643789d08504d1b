// Two to four plans side by side, against the first of them.
(() => {
  "use strict";

  const form = document.getElementById("choose");

  if (!form) return;

  const { make } = lw;
  const { columns } = plan;
  const chosen = plan.main.dataset.chosen.split(",").filter(Boolean);
  const known = Object.fromEntries(lw.data("known").map((each) => [each.run, each.label]));
  const SIGNS = { added: "+", removed: "−", moved: "⇆", resized: "⇅", moved_resized: "⇆⇅", gone: "✓", new: "✗", better: "▲", worse: "▼" };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const runs = [...new Set([...new FormData(form).values()].filter(Boolean))];

    if (runs.length < 2) lw.notify("Choose two to four different runs.", "bad");
    else location.assign(`/ui/compare?runs=${runs.join(",")}`);
  });

  // Two runs may have the same label; then each says which it is.
  const labels = chosen.map((run) => known[run] || run);
  const names = Object.fromEntries(chosen.map((run, place) => {
    const label = labels[place].replaceAll(",", " ");
    return [run, labels.filter((each) => each === labels[place]).length > 1 ? `${label} (${run.slice(2, 8)})` : label];
  }));
  const named = (cell) => names[cell.getValue()] || cell.getValue();
  const change = (cell) => `${SIGNS[cell.getValue()] || "·"} ${(cell.getValue() || "").replaceAll("_", " and ")}`;

  const signed = (cell) => {
    const value = cell.getValue();

    if (value === null || value === undefined) return "";

    return value === 0 ? "=" : `${value > 0 ? "▲ +" : "▼ −"}${figure(cell, "±")}`;
  };

  // Figures in the unit of their row: shares in per cent, money in whole units.
  const figure = (cell, sign = "") => {
    const { unit } = cell.getData();
    const value = Math.abs(cell.getValue());

    if (unit === "fraction") return `${(100 * value).toFixed(2)} %${sign ? " points" : ""}`;

    return lw.amount(value >= 1000 ? Math.round(value) : value);
  };
  const plainly = (cell) => (cell.getValue() === null || cell.getValue() === undefined ? "" : `${cell.getValue() < 0 ? "−" : ""}${figure(cell)}`);
  const numbers = (title, field) => columns.number(title, field);
  const others = chosen.slice(1);
  const which = others.length > 1 ? [{ title: "Plan", field: "plan", formatter: named, minWidth: 140 }] : [];

  function kpis(rows) {
    const by = new Map();

    for (const row of rows) {
      const one = by.get(row.name) || { name: row.name.replaceAll("_", " "), unit: row.unit, before: row.before };
      one[`after_${row.plan}`] = row.after;
      one[`change_${row.plan}`] = row.change;
      one.differs ||= row.change !== 0;
      by.set(row.name, one);
    }

    const heads = [
      { title: "Figure", field: "name", minWidth: 170, formatter: (cell) => cell.getValue() },
      columns.text("Unit", "unit", { formatter: (cell) => (cell.getValue() === "fraction" ? "%" : cell.getValue()) }),
      { ...numbers(names[chosen[0]], "before"), formatter: plainly },
      ...others.flatMap((run) => [
        { ...numbers(names[run], `after_${run}`), formatter: plainly },
        { title: "Change", field: `change_${run}`, formatter: signed, hozAlign: "right", headerHozAlign: "right" },
      ]),
    ];
    const all = document.getElementById("all-figures");
    const grid = plan.local(document.getElementById("kpis"), [...by.values()], heads, { maxHeight: "50vh", layout: "fitColumns", initialFilter: [{ field: "differs", type: "=", value: true }], placeholder: "All figures are the same." });
    all.addEventListener("change", () => (all.checked ? grid.clearFilter() : grid.setFilter("differs", "=", true)));
  }

  function demands(rows) {
    const first = rows[0] || {};
    const heads = [
      ...which,
      { title: "Change", field: "change", formatter: change, minWidth: 120 },
      { title: "Demand", field: "demand_id", formatter: (cell) => make("span", {}, why(cell.getData(), chosen[0], "before"), " ", why(cell.getData(), cell.getData().plan, "after")) , minWidth: 200 },
      ...rest(first),
    ];
    plan.local(document.getElementById("demands"), rows, heads, { maxHeight: "40vh", placeholder: "The same demands are late or short, by as much." });
  }

  const why = (row, run, side) =>
    make("a", { href: `/ui/runs/${run}/why?demand=${encodeURIComponent(row.demand_id)}`, title: `Why, in ${names[run]}` }, side === "before" ? row.demand_id : "(after)");

  // All further columns, by what stands in them.
  const HIDDEN = ["plan", "change", "demand_id", "order_id", "bom_id", "routing_id", "supplier_id", "from_location_id", "uom"];
  const titled = (name) => (name[0].toUpperCase() + name.slice(1)).replace("Location_id", "Site").replace(/_id\b|_id(?=_)/g, "").replaceAll("_qty", "").replaceAll("_", " ");
  const rest = (row) =>
    Object.entries(row)
      .filter(([name]) => !HIDDEN.includes(name))
      .map(([name, value]) => {
        const title = titled(name);
        return typeof value === "number" || /(qty|quantity|days|value|delta)/.test(name) ? numbers(title, name) : { title, field: name, formatter: (cell) => String(cell.getValue() ?? "").replace(/T00:00:00.*$/, "") };
      });

  function orders(rows) {
    const select = document.getElementById("changes");
    const count = document.getElementById("num-orders");
    const kinds = [...new Set(rows.map((row) => row.change))];
    for (const kind of kinds) select.append(make("option", { value: kind }, `${kind.replaceAll("_", " and ")} (${rows.filter((row) => row.change === kind).length})`));
    count.textContent = `${rows.length.toLocaleString("en-GB")} orders`;

    const heads = [...which, { title: "Change", field: "change", formatter: change, minWidth: 120 }, ...rest(rows[0] || {})];
    const grid = plan.local(document.getElementById("orders"), rows, heads, { maxHeight: "50vh", placeholder: "The orders are the same." });
    select.addEventListener("change", () => {
      if (select.value) grid.setFilter("change", "=", select.value);
      else grid.clearFilter();
    });
  }

  function inputs(found) {
    const count = document.getElementById("num-inputs");
    const more = found.num_inputs > found.inputs.length ? `, the first ${found.inputs.length.toLocaleString("en-GB")} are shown` : "";
    count.textContent = `${found.num_inputs.toLocaleString("en-GB")} cells${more}`;
    plan.local(document.getElementById("inputs"), found.inputs, [...which, { title: "Change", field: "change", formatter: change, minWidth: 110 }, ...rest(found.inputs[0] || {}).map((head) => ({ ...head, formatter: (cell) => String(cell.getValue() ?? "").replace(/T00:00:00.*$/, ""), hozAlign: "left", headerHozAlign: "left" }))], { maxHeight: "40vh", placeholder: "Both were made from the same data." });
  }

  async function draw(element, name, more = {}) {
    const values = { runs: chosen.join(","), labels: chosen.map((run) => names[run]).join(","), theme: lw.isDark() ? "dark" : "light", ...more };

    try {
      await lw.figure(element, await lw.call("GET", `/v1/compare/figures/${name}?${new URLSearchParams(values)}`));
    } catch (error) {
      lw.complain(error);
    }
  }

  function readable(summary) {
    return chosen.reduce((text, run) => text.replaceAll(run, names[run]), summary);
  }

  async function show() {
    const under = document.getElementById("under-way");
    const found = await lw.call("GET", `/v1/compare?runs=${chosen.join(",")}&inputs=true`).finally(() => under.remove());
    document.getElementById("found").hidden = false;
    document.getElementById("summary").textContent = readable(found.summary);
    kpis(found.kpis);
    demands(found.demands);
    orders(found.orders);
    inputs(found);
    draw(document.getElementById("comparison"), "comparison");
    const bridge = document.getElementById("bridge");
    draw(bridge, "bridge");

    if (others.length > 1) {
      const label = document.getElementById("which");
      const select = label.querySelector("select");
      label.hidden = false;
      for (const run of others) select.append(make("option", { value: run }, names[run]));
      select.addEventListener("change", () => draw(bridge, "bridge", { plan: select.value }));
    }
  }

  if (chosen.length > 1) {
    show().catch(lw.complain);
    plan.downloads(document.getElementById("downloads"), () => `/v1/compare/orders?runs=${chosen.join(",")}`, "comparison");
  }
})();
