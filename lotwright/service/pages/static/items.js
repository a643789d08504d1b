// Every item at every location.
(() => {
  "use strict";

  const { columns } = plan;
  const filters = document.getElementById("filters");
  plan.remembered(filters);
  const path = `${plan.api}/items`;

  const query = () => {
    const { search, which } = Object.fromEntries(new FormData(filters));
    const conditions = { lacking: "buckets_lacking > 0", below: "buckets_below_safety > 0" };

    return { search, filter: conditions[which] || "" };
  };

  const grid = plan.remote(document.getElementById("items"), {
    path,
    query,
    counted: (total) => (document.getElementById("count").textContent = `${total.toLocaleString("en-GB")} stock points`),
    columns: [
      // The name stays in sight while the others are scrolled.
      columns.item("Item", "item_id", "location_id", { frozen: true, maxWidth: plan.isNarrow ? 180 : 300 }),
      columns.long("Description", "description", { visible: !plan.isNarrow, maxWidth: 150 }),
      columns.text("Site", "location_id"),
      columns.long("Group", "item_group", { visible: !plan.isNarrow, maxWidth: 100 }),
      columns.long("Planner", "planner_id", { visible: !plan.isNarrow, maxWidth: 100 }),
      columns.number("Now", "stock_now", { headerTooltip: "Stock now" }),
      columns.number("Lowest", "stock_lowest", { headerTooltip: "Lowest stock at the end of a bucket" }),
      columns.number("At end", "stock_end", { headerTooltip: "Stock at the end of the horizon" }),
      columns.number("Safety", "safety_stock", { headerTooltip: "Safety stock, at its highest" }),
      columns.text("Unit", "uom"),
      columns.days("Waiting", "buckets_lacking", { headerTooltip: "Buckets in which demand waits" }),
      columns.days("Below", "buckets_below_safety", { headerTooltip: "Buckets that end below safety stock" }),
      columns.number("Receipts", "receipts_planned", { headerTooltip: "What planned orders bring" }),
      columns.money("Value", "value_mean", { headerTooltip: "Mean value of the stock over all buckets" }),
    ],
  });

  const again = plan.paused(() => grid.setPage(1));
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "items");
})();
