// What to change about open orders; what is accepted becomes a what-if of its own.
(() => {
  "use strict";

  const { columns } = plan;
  const filters = document.getElementById("filters");
  plan.remembered(filters);
  const accept = document.getElementById("accept");
  const path = `${plan.api}/tables/action_messages`;
  const query = () => ({ filter: plan.equals(Object.fromEntries(new FormData(filters))) });
  const SIGNS = { expedite: "⇤", defer: "⇥", increase: "▲", decrease: "▼", cancel: "✗", split: "÷", release_now: "▶", change_source: "⇄" };

  const fromTo = (from, to) => (from === to ? from : `${from || "–"} → ${to || "–"}`);

  const grid = plan.remote(document.getElementById("actions"), {
    path,
    query,
    index: "text",
    counted: (total) => (document.getElementById("count").textContent = total === 1 ? "1 action" : `${total.toLocaleString("en-GB")} actions`),
    placeholder: "No open order needs a change.",
    columns: [
      plan.select,
      { title: "Action", field: "action", width: 124, visible: !plan.isNarrow, formatter: (cell) => `${SIGNS[cell.getValue()] || "·"} ${cell.getValue().replace("_", " ")}` },
      columns.text("Open order", "supply_id", { width: 122, visible: !plan.isNarrow }),
      { title: "What and why", field: "text", minWidth: plan.isNarrow ? 220 : 320, widthGrow: 3, variableHeight: true, formatter: (cell) => lw.make("span", { class: "wrap" }, cell.getValue()) },
      columns.money("Saves", "benefit", { width: 132 }),
      { title: "Item and site", field: "item_id", width: 170, formatter: (cell) => lw.make("span", { class: "wrap" }, plan.itemLink(cell.getValue(), cell.getData().location_id), ` ${cell.getData().location_id}`) },
      { title: "Date", field: "to_date", width: 190, formatter: (cell) => fromTo(cell.getData().from_date, cell.getValue()) },
      { title: "Quantity", field: "to_qty", width: 140, formatter: (cell) => fromTo(lw.amount(cell.getData().from_qty), lw.amount(cell.getValue())) },
    ],
    layout: "fitColumns",
    initialSort: [{ column: "benefit", dir: "desc" }],
  });

  grid.on("rowSelectionChanged", (rows) => {
    if (accept) accept.disabled = rows.length === 0;
    document.getElementById("selected").textContent = rows.length ? `${rows.length} selected` : "";
  });

  const again = plan.paused(() => grid.setPage(1));
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());

  // Changes of date and quantity can be made; parts and sources are for people.
  function overrides(row) {
    const of = { table: "supplies", where: `supply_id == ${plan.literal(row.supply_id)}` };

    if (row.action === "cancel") return [{ ...of, op: "delete" }];
    if (["expedite", "defer"].includes(row.action)) return [{ ...of, op: "set", column: "due_date", value: row.to_date }];
    if (["increase", "decrease"].includes(row.action)) return [{ ...of, op: "set", column: "quantity", value: row.to_qty }];

    return null;
  }

  async function accepted() {
    const rows = grid.getSelectedData();
    const made = rows.map(overrides);
    const given = lw.data("given").override || [];
    const changes = made.filter(Boolean).flat();
    const left = made.filter((each) => !each).length;

    if (!changes.length) {
      lw.notify("Splits, releases and other sources are decided in the system of the orders.", "bad");
      return;
    }

    const noun = changes.length === 1 ? "1 change" : `${changes.length} changes`;
    const more = left ? ` ${left} that split, release or change the source are left out.` : "";

    if (!(await lw.ask("Accept and plan again?", `${noun} of open orders, as a what-if.${more}`))) return;

    const { dataset, version, label } = plan.main.dataset;
    accept.disabled = true;

    try {
      const run = await lw.call("POST", "/v1/runs", {
        json: {
          dataset,
          version,
          options: lw.data("options"),
          scenario: { name: "actions", override: [...given, ...changes] },
          label: `${label || "Plan"} with ${noun} of open orders`.slice(0, 200),
        },
      });
      location.assign(`/ui/runs/${run.run}`);
    } catch (error) {
      lw.complain(error);
      accept.disabled = false;
    }
  }

  accept?.addEventListener("click", accepted);
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "actions");
})();
