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
      columns.item(),
      columns.text("Description", "description", { visible: !plan.isNarrow }),
      columns.text("Site", "location_id"),
      columns.text("Group", "item_group", { visible: !plan.isNarrow }),
      columns.text("Planner", "planner_id", { visible: !plan.isNarrow }),
      columns.number("Stock now", "stock_now"),
      columns.number("Lowest", "stock_lowest"),
      columns.number("At the end", "stock_end"),
      columns.number("Safety", "safety_stock", { headerTooltip: "Safety stock, at its highest" }),
      columns.text("Unit", "uom"),
      columns.days("Waiting", "buckets_lacking", { headerTooltip: "Buckets in which demand waits" }),
      columns.days("Below", "buckets_below_safety", { headerTooltip: "Buckets that end below safety stock" }),
      columns.number("Receipts", "receipts_planned", { headerTooltip: "What planned orders bring" }),
      columns.money("Mean value", "value_mean"),
    ],
  });

  const again = plan.paused(() => grid.setPage(1));
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "items");
})();
