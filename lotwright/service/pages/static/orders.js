// Planned orders: look, approve, firm, lock, change, and plan the rest anew around that.
(() => {
  "use strict";

  const { make } = lw;
  const { columns } = plan;
  const filters = document.getElementById("filters");
  plan.remembered(filters);
  const path = `${plan.api}/tables/planned_orders`;
  const edits = `${plan.api}/edits`;
  const draft = document.getElementById("draft");
  const buttons = [...document.querySelectorAll("[data-do]")];
  let revision = '"0"';

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
      plan.select,
      // What names an order stays in sight while the rest is scrolled.
      columns.order("Order", "order_id", { frozen: true }),
      columns.text("Kind", "kind"),
      columns.item(),
      columns.text("Site", "location_id"),
      columns.number("Quantity", "quantity"),
      columns.text("Unit", "uom"),
      columns.text("Start", "start_date"),
      columns.text("Due", "due_date"),
      columns.text("Needed", "requested_date"),
      columns.days("Days late", "delay_days", { headerTooltip: "Days from its need to its due date" }),
      columns.state("Status", "status"),
      { title: "Locked", field: "locked", formatter: (cell) => (cell.getValue() ? "■ locked" : "") },
      columns.long("Source", "source_id"),
      columns.long("Supplier", "supplier_id"),
      columns.text("Why", "reason", { formatter: (cell) => (cell.getValue() || "").replace("_", " ") }),
      columns.text("Decide by", "firm_by"),
      columns.money("Cost", "cost"),
    ],
  });

  function selected(rows) {
    document.getElementById("selected").textContent = rows.length ? `${rows.length} selected` : "";
    for (const button of buttons) button.disabled = button.dataset.do === "change" ? rows.length !== 1 : rows.length === 0;
  }

  grid.on("rowSelectionChanged", selected);

  const again = plan.paused(() => {
    grid.setPage(1);
    asBars();
  });
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "orders");

  const details = document.getElementById("bars").closest("details");
  const asBars = () => details.open && bars.show(() => ({ filter: query().filter }));
  details.addEventListener("toggle", asBars);

  if (!draft) return;

  // The draft: what is to be kept to the letter when the rest is planned anew.
  const DONE = { approve: "approve", firm: "firm", lock: "keep as it is", delete: "leave out", move: "move", resize: "resize", add: "add" };

  function words(edit) {
    const what = [];
    if (edit.quantity) what.push(`to ${lw.amount(edit.quantity)}`);
    if (edit.due_date) what.push(`to ${edit.due_date}`);

    return `${DONE[edit.do] || edit.do} ${edit.order_id || edit.item_id || `all where ${edit.where}`} ${what.join(", ")}`;
  }

  function show(found) {
    revision = `"${found.revision}"`;
    draft.hidden = found.edits.length === 0;
    draft.querySelector("h2").textContent = found.edits.length === 1 ? "1 change to plan around" : `${found.edits.length} changes to plan around`;
    draft.querySelector("ol").replaceChildren(
      ...found.edits.map((edit, place) => {
        const drop = make("button", { type: "button", class: "quiet", "aria-label": `Take back: ${words(edit)}` }, "×");
        drop.addEventListener("click", () => changed("DELETE", `${edits}/${place + 1}`));

        return make("li", {}, words(edit), drop);
      }),
    );
  }

  // One after the other: each knows the draft that the one before has left.
  let before = Promise.resolve();

  function changed(method, where, json) {
    // What is selected meanwhile stays selected.
    const done = grid.getSelectedRows();
    for (const button of buttons) button.disabled = true;
    before = before.then(() => changedNow(done, method, where, json));

    return before;
  }

  async function changedNow(done, method, where, json) {
    draft.setAttribute("aria-busy", "true");

    try {
      show(await lw.call(method, where, { json, headers: { "If-Match": revision } }));
      grid.deselectRow(done);
      // The button that was pressed rests now: who works by key goes on at the draft.
      if ((document.activeElement === document.body || document.activeElement.disabled) && !draft.hidden) draft.querySelector("h2").focus({ preventScroll: true });

      return true;
    } catch (error) {
      lw.complain(error);
      if (error.status === 412) show(await lw.call("GET", edits));

      return false;
    } finally {
      selected(grid.getSelectedRows());
      draft.removeAttribute("aria-busy");
    }
  }

  const add = (rows) => changed("POST", edits, { edits: rows });
  const dialog = document.getElementById("change");

  async function change(row) {
    const form = dialog.querySelector("form");
    dialog.querySelector("h2").textContent = `Change order ${row.order_id}`;
    dialog.querySelector("p").textContent = `${row.kind} ${row.item_id} at ${row.location_id}`;
    form.elements.quantity.value = row.quantity;
    form.elements.due.value = row.due_date;
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((over) => dialog.addEventListener("close", over, { once: true }));

    if (dialog.returnValue !== "yes") return;

    const rows = [];
    const quantity = Number(form.elements.quantity.value);
    const due = form.elements.due.value;
    if (quantity && quantity !== row.quantity) rows.push({ do: "resize", order_id: row.order_id, quantity });
    if (due && due !== row.due_date) rows.push({ do: "move", order_id: row.order_id, due_date: due });
    if (rows.length) await add(rows);
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const rows = grid.getSelectedData();

      if (button.dataset.do === "change") change(rows[0]);
      else add(rows.map((row) => ({ do: button.dataset.do, order_id: row.order_id })));
    });
  }

  document.getElementById("drop").addEventListener("click", async () => {
    if (await lw.ask("Take all changes back?", "The plan stays as it is.")) changed("DELETE", edits);
  });
  document.getElementById("replan")?.addEventListener("click", async (event) => {
    event.target.disabled = true;

    try {
      // What is planned is what is seen here, whatever somebody else did meanwhile.
      await before;
      const run = await lw.call("POST", `${plan.api}/replan`, { json: {}, headers: { "If-Match": revision } });
      location.assign(`/ui/runs/${run.run}`);
    } catch (error) {
      lw.complain(error);
      if (error.status === 412) show(await lw.call("GET", edits));
      event.target.disabled = false;
    }
  });
  before = lw.call("GET", edits).then(show).catch(lw.complain);
})();
