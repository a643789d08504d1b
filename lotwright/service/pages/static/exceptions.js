// The ranked list of exceptions: filter, look, acknowledge.
(() => {
  "use strict";

  const { make } = lw;
  const { columns } = plan;
  const meanings = lw.data("meanings");
  const filters = document.getElementById("filters");
  const count = document.getElementById("count");
  const buttons = [...document.querySelectorAll("[data-remark]")];
  const path = `${plan.api}/exceptions`;

  const query = () => {
    const { search, ...equal } = Object.fromEntries(new FormData(filters));

    return { search, filter: plan.equals(equal) };
  };

  function what(cell) {
    const row = cell.getData();
    const more = row.times > 1 ? make("span", { class: "muted" }, ` (${row.times} times)`) : null;

    return make("span", { class: "wrap" }, row.text, more);
  }

  function subject(cell) {
    const row = cell.getData();

    if (row.demand_id) return make("a", { href: plan.address("why", { demand: row.demand_id }) }, `Why ${row.demand_id}?`);
    if (row.order_id) return plan.orderLink(row.order_id);
    if (row.resource_id) return plan.resourceLink(row.resource_id);

    return "";
  }

  const state = (cell) => {
    const row = cell.getData();
    const sign = plan.tag(row.state);

    if (row.state_by) sign.title = `by ${row.state_by}`;
    if (!row.comments) return sign;

    const said = make("button", { type: "button", class: "quiet", title: "Read what was said" }, `${row.comments} ✎`);
    said.addEventListener("click", () => read(row));

    return make("span", {}, sign, said);
  };

  const code = (cell) => make("span", { title: meanings[cell.getValue()] || "", class: "fixed" }, cell.getValue());

  const grid = plan.remote(document.getElementById("exceptions"), {
    path,
    query,
    index: "exception_id",
    counted: (total) => (count.textContent = total === 1 ? "1 exception" : `${total.toLocaleString("en-GB")} exceptions`),
    placeholder: "No exceptions: nothing needs attention here.",
    columns: [
      { formatter: "rowSelection", titleFormatter: "rowSelection", headerSort: false, width: 40, hozAlign: "center" },
      columns.number("#", "rank", { width: 56 }),
      columns.state("Severity", "severity", { width: 116 }),
      { title: "What", field: "text", formatter: what, minWidth: plan.isNarrow ? 260 : 380, widthGrow: 3, variableHeight: true },
      { title: "Look at", field: "demand_id", formatter: subject, width: 150 },
      columns.days("Days late", "days_late", { width: 100 }),
      columns.number("At stake", "value", { width: 104 }),
      columns.item(),
      columns.text("Site", "location_id"),
      columns.text("Planner", "planner_id", { visible: !plan.isNarrow }),
      columns.text("Group", "item_group", { visible: !plan.isNarrow }),
      { title: "Code", field: "code", formatter: code, visible: !plan.isNarrow },
      { title: "State", field: "state", formatter: state, minWidth: 150 },
    ],
    layout: "fitColumns",
    columnDefaults: { minWidth: 84 },
  });

  grid.on("rowSelectionChanged", (rows) => {
    for (const button of buttons) button.disabled = rows.length === 0;
    document.getElementById("selected").textContent = rows.length ? `${rows.length} selected` : "";
  });

  const again = plan.paused(() => grid.setPage(1));
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());

  async function fill() {
    const { choices } = await lw.call("GET", `${path}/choices`);

    for (const select of filters.querySelectorAll("select")) {
      plan.choices(select, choices[select.name] || [], (value) => value);
      select.disabled = select.options.length < 2;
    }
  }

  // Words go with an acknowledgement if there are any; a comment needs some.
  const dialog = document.getElementById("remark");

  function words(kind) {
    const titles = { acknowledge: "Acknowledge", reopen: "Open again", comment: "Comment" };
    dialog.querySelector("h2").textContent = titles[kind];
    dialog.querySelector("textarea").required = kind === "comment";
    dialog.querySelector("textarea").value = "";
    dialog.returnValue = "";
    dialog.showModal();

    return new Promise((told) => {
      dialog.addEventListener("close", () => told(dialog.returnValue === "yes" ? dialog.querySelector("textarea").value : null), { once: true });
    });
  }

  async function remark(kind) {
    const exceptions = grid.getSelectedData().map((row) => row.exception_id);
    const text = await words(kind);

    if (text === null) return;

    try {
      await lw.call("POST", `${path}/remarks`, { json: { exceptions, kind, text } });
      const noun = exceptions.length === 1 ? "exception" : "exceptions";
      lw.notify(`${exceptions.length} ${noun}: ${{ acknowledge: "acknowledged", reopen: "open again", comment: "commented" }[kind]}.`);
      grid.deselectRow();
      grid.setPage(grid.getPage());
    } catch (error) {
      lw.complain(error);
    }
  }

  for (const button of buttons) button.addEventListener("click", () => remark(button.dataset.remark));

  async function read(row) {
    const { remarks } = await lw.call("GET", `${path}/${encodeURIComponent(row.exception_id)}/remarks`);
    const list = document.getElementById("said");
    list.querySelector("ul").replaceChildren(
      ...remarks.map((each) =>
        make("li", {}, make("strong", {}, each.by), ` ${each.at.slice(0, 16).replace("T", " ")} `, plan.tag({ acknowledge: "acknowledged", reopen: "open" }[each.kind] || each.kind), make("p", {}, each.text)),
      ),
    );
    list.showModal();
  }

  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(query())}`, "exceptions");
  fill().catch(lw.complain);
})();
