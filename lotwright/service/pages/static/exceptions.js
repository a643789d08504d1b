// The ranked list of exceptions: filter, look, acknowledge.
(() => {
  "use strict";

  const { make } = lw;
  const { columns } = plan;
  const meanings = lw.data("meanings");
  const filters = document.getElementById("filters");

  // Choices that a bookmark names are there before the service has told all of them.
  for (const [name, value] of new URLSearchParams(location.search)) {
    const select = filters.elements.namedItem(name);
    if (!(select instanceof HTMLSelectElement)) continue;
    select.append(make("option", { value }, value));
    select.disabled = false;
  }

  plan.remembered(filters);
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

    const sign = plan.isNarrow ? plan.tag(row.severity) : null;

    return make("span", { class: "wrap" }, sign, sign ? " " : null, row.text, more);
  }

  function subject(cell) {
    const row = cell.getData();

    if (row.demand_id) return make("a", { class: "wrap", href: plan.address("why", { demand: row.demand_id }) }, `Why ${row.demand_id}?`);
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

  const place = (cell) => {
    const row = cell.getData();

    return row.item_id ? make("span", { class: "wrap" }, plan.itemLink(row.item_id, row.location_id), ` ${row.location_id}`) : "";
  };

  const isWide = matchMedia("(min-width: 1500px)").matches;
  const code = (cell) => make("span", { title: meanings[cell.getValue()] || "", class: "fixed" }, cell.getValue());

  const grid = plan.remote(document.getElementById("exceptions"), {
    path,
    query,
    index: "exception_id",
    counted: (total) => (count.textContent = total === 1 ? "1 exception" : `${total.toLocaleString("en-GB")} exceptions`),
    placeholder: "No exceptions: nothing needs attention here.",
    columns: [
      plan.select,
      columns.number("#", "rank", { width: 50, minWidth: 50, visible: !plan.isNarrow }),
      columns.state("Severity", "severity", { width: 104, visible: !plan.isNarrow }),
      { title: "What", field: "text", formatter: what, minWidth: plan.isNarrow ? 240 : 280, widthGrow: 4, variableHeight: true },
      { title: "Look at", field: "demand_id", formatter: subject, width: 116 },
      columns.days("Days late", "days_late", { width: 108 }),
      columns.money("At stake", "value", { width: 142 }),
      { title: "Item and site", field: "item_id", formatter: place, width: 146 },
      columns.text("Planner", "planner_id", { width: 90 }),
      { title: "State", field: "state", formatter: state, width: 124 },
      columns.text("Group", "item_group", { visible: isWide, width: 110 }),
      { title: "Code", field: "code", formatter: code, visible: isWide, width: 150 },
    ],
    layout: "fitColumns",
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
      const chosen = select.value;
      while (select.options.length > 1) select.remove(1);
      plan.choices(select, choices[select.name] || [], (value) => (select.name === "code" && meanings[value] ? `${value}: ${meanings[value]}` : value));
      if (chosen && ![...select.options].some((each) => each.value === chosen)) select.append(make("option", { value: chosen }, `${chosen} (0)`));
      select.value = chosen;
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
