// Planned orders: look, and download.
(() => {
  "use strict";

  const { columns } = plan;
  const filters = document.getElementById("filters");
  const path = `${plan.api}/tables/planned_orders`;

  function query() {
    const { until, only, ...equal } = Object.fromEntries(new FormData(filters));
    const parts = [plan.equals(equal)];
    if (until) parts.push(`due_date <= ${plan.literal(until)}`);
    if (only === "late") parts.push("delay_days > 0");

    return { filter: parts.filter(Boolean).join(" and "), sort: only === "soon" ? "firm_by" : "" };
  }

  const grid = plan.remote(document.getElementById("orders"), {
    path,
    query,
    index: "order_id",
    counted: (total) => (document.getElementById("count").textContent = total === 1 ? "1 order" : `${total.toLocaleString("en-GB")} orders`),
    placeholder: "No such orders.",
    columns: [
      { formatter: "rowSelection", titleFormatter: "rowSelection", headerSort: false, width: 40, hozAlign: "center" },
      columns.order(),
      columns.text("Kind", "kind"),
      columns.item(),
      columns.text("Site", "location_id"),
      columns.number("Quantity", "quantity"),
      columns.text("Unit", "uom"),
      columns.text("Start", "start_date"),
      columns.text("Due", "due_date"),
      columns.text("Needed", "requested_date"),
      columns.days("Days after need", "delay_days"),
      columns.state("Status", "status"),
      { title: "Locked", field: "locked", formatter: (cell) => (cell.getValue() ? "■ locked" : "") },
      columns.text("Source", "source_id"),
      columns.text("Supplier", "supplier_id"),
      columns.text("Why", "reason", { formatter: (cell) => (cell.getValue() || "").replace("_", " ") }),
      columns.text("Decide by", "firm_by"),
      columns.number("Cost", "cost"),
    ],
  });

  grid.on("rowSelectionChanged", (rows) => {
    document.getElementById("selected").textContent = rows.length ? `${rows.length} selected` : "";
  });

  const again = plan.paused(() => grid.setPage(1));
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "orders");
})();
