// Pegging both ways: what a demand or order depends on, and what an order is for.
(() => {
  "use strict";

  const { make } = lw;
  const { columns } = plan;
  const { of, kind } = plan.main.dataset;
  const form = document.getElementById("asked");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(plan.address("pegging", { of: form.elements.of.value.trim() }));
  });

  if (!kind) return;

  const name = (way) => (cell) => {
    const row = cell.getData();

    if (row.is_planned) return plan.orderLink(row.id);
    if (way === "up" && row.id && row.kind !== "open order" && !["safety", "excess"].includes(row.kind)) return plan.demandLink(row.id);

    return row.id || "";
  };

  const days = (cell) => {
    const value = cell.getValue();
    if (value === null) return "";

    return value < 0 ? make("strong", { class: "late" }, `▼ ${lw.amount(-value)} late`) : `${lw.amount(value)} to spare`;
  };

  const KINDS = { make: "■ make", buy: "● buy", transfer: "◆ transfer", stock: "⬡ stock", shortage: "✗ shortage" };

  async function tree(element, way) {
    const found = await lw.call("GET", `${plan.api}/pegging-tree?${new URLSearchParams({ of, direction: way })}`);

    if (found.is_cut) element.before(make("p", { class: "muted" }, `The nearest ${found.nodes.toLocaleString("en-GB")} are shown; follow a link to go on from there.`));

    plan.local(element, found.rows, [
      { title: way === "down" ? "Supply" : "For", field: "item_id", minWidth: 240, formatter: (cell) => plan.itemLink(cell.getValue(), cell.getData().location_id) },
      { title: "Kind", field: "kind", formatter: (cell) => KINDS[cell.getValue()] || cell.getValue(), minWidth: 110 },
      { title: way === "down" ? "Order" : "Order or demand", field: "id", formatter: name(way) },
      columns.number("Quantity", "quantity"),
      columns.text("There on", "supply_date"),
      columns.text("Needed on", "need_date"),
      { title: "Days", field: "slack_days", formatter: days, hozAlign: "right", headerHozAlign: "right" },
      columns.text("Site", "location_id"),
      { title: "State", field: "state", formatter: (cell) => (cell.getValue() ? plan.tag(cell.getValue()) : "") },
    ], { dataTree: true, dataTreeStartExpanded: [true, false], dataTreeElementColumn: "item_id", columnDefaults: { headerSort: false }, maxHeight: "60vh", placeholder: way === "down" ? "It needs nothing." : "Nothing is pegged to it." });
  }

  async function purpose() {
    const box = document.getElementById("purpose");
    const found = await lw.call("GET", `${plan.api}/orders/${encodeURIComponent(of)}/why`);
    box.querySelector("p").textContent = found.text;
    box.querySelector("ul").replaceChildren(...found.in_words.split("\n").slice(1).map((line) => make("li", {}, line.trim())));
  }

  tree(document.getElementById("down"), "down").catch(lw.complain);
  if (kind !== "demand") tree(document.getElementById("up"), "up").catch(lw.complain);
  if (kind === "planned") purpose().catch(lw.complain);
  const network = document.getElementById("network");
  network.addEventListener("toggle", () => {
    if (network.open) plan.figure(network.querySelector(".chart"), "pegging", { demand: of }, ([order]) => order && order !== of && location.assign(plan.address("pegging", { of: order })));
  }, { once: true });
})();
