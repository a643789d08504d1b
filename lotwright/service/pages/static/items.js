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
      columns.number("Safety stock", "safety_stock"),
      columns.days("Buckets with demand waiting", "buckets_lacking"),
      columns.days("Buckets below safety", "buckets_below_safety"),
      columns.number("Planned receipts", "receipts_planned"),
      columns.money("Mean value", "value_mean"),
    ],
  });

  const again = plan.paused(() => grid.setPage(1));
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "items");
})();
