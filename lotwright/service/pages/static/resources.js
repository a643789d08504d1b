// How full resources are: the map of all, the load of one, and the orders behind a bar.
(() => {
  "use strict";

  const { columns } = plan;
  const asked = { ...plan.main.dataset };
  const one = document.getElementById("one");
  const select = document.getElementById("resource");
  const path = `${plan.api}/resource-orders`;
  let grid = null;

  const query = () => (asked.period ? { resource: asked.resource, period: asked.period } : { resource: asked.resource });

  function listed() {
    document.getElementById("orders-head").textContent = asked.period
      ? `Orders on ${asked.resource} in ${asked.period}`
      : `Orders on ${asked.resource}`;
    document.getElementById("whole").hidden = !asked.period;

    if (grid) {
      grid.setPage(1);
      return;
    }

    grid = plan.remote(document.getElementById("orders"), {
      path,
      query,
      placeholder: "No planned order works here then.",
      columns: [
        columns.order("Order", "order_id", { frozen: true }),
        columns.text("Kind", "kind", { visible: !plan.isNarrow }),
        columns.item(),
        columns.number("Quantity", "quantity"),
        columns.text("Bucket", "period_id"),
        columns.number("Hours", "hours"),
        columns.number("Set-up", "setup_h"),
        columns.text("Start", "start_date"),
        columns.text("Due", "due_date"),
        columns.days("Days late", "delay_days", { headerTooltip: "Days from its need to its due date" }),
        columns.long("For demands", "demands", { maxWidth: 360 }),
      ],
    });
  }

  async function choose(resource, period = "") {
    asked.resource = resource;
    asked.period = period;
    one.hidden = false;
    history.replaceState(null, "", plan.address("resources", query()));
    select.value = resource;
    listed();
    const load = plan.figure(document.getElementById("load"), "load", { resource }, ([, bucket]) => {
      asked.period = bucket;
      history.replaceState(null, "", plan.address("resources", query()));
      listed();
      document.getElementById("orders-head").scrollIntoView({ block: "nearest" });
    });
    await Promise.all([load, bars.show(() => ({ resource }))]);
  }

  select.addEventListener("change", () => select.value && choose(select.value));
  document.getElementById("whole").addEventListener("click", () => choose(asked.resource));
  plan.downloads(document.getElementById("downloads"), () => (asked.resource ? `${path}?${new URLSearchParams(query())}` : `${plan.api}/tables/capacity_load`), "loads");

  plan.figure(document.getElementById("loads"), "loads", {}, ([resource, period]) => {
    choose(resource, period);
    one.scrollIntoView({ behavior: "auto", block: "start" });
  });
  if (asked.resource) choose(asked.resource, asked.period);
})();
