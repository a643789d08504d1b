// The list of changes of data, one after the other: of a what-if, and of a scenario.
const changes = (() => {
  "use strict";

  const { make } = lw;
  const { tables, operations } = lw.data("form");
  const list = document.getElementById("changes");
  const template = document.getElementById("change");
  let kept = [];

  function shownInForm(change) {
    return change.table in tables && operations.some((each) => each.op === change.op) && !change.key && !change.rows;
  }

  function fill(select, values) {
    select.replaceChildren(...values.map(([value, text, title]) => make("option", { value, title: title || "" }, text)));
  }

  function add(change = {}) {
    const row = template.content.firstElementChild.cloneNode(true);
    const field = (name) => row.querySelector(`[name=${name}]`);

    fill(field("table"), Object.entries(tables).map(([name, table]) => [name, name, table.meaning]));
    fill(field("op"), operations.map((each) => [each.op, each.words]));
    field("table").value = change.table || "demands";
    field("op").value = change.op || "multiply";

    const columns = () => fill(field("column"), tables[field("table").value].columns.map((each) => [each.name, each.name, each.meaning]));
    const explained = () => {
      const table = tables[field("table").value];
      const column = table.columns.find((each) => each.name === field("column").value);
      const on = operations.find((each) => each.op === field("op").value).on_cells;
      field("column").closest("label").hidden = !on;
      field("value").closest("label").hidden = !on;
      field("value").required = on && field("op").value !== "set";
      field("where").required = !on;
      row.querySelector("[data-meaning]").textContent = `${table.meaning}${on && column ? ` ${column.name}: ${column.meaning}` : ""}`;
    };

    columns();
    field("column").value = change.column || (field("table").value === "demands" ? "quantity" : field("column").value);
    field("where").value = change.where || "";
    field("value").value = change.value ?? "";
    field("table").addEventListener("change", () => { columns(); explained(); });
    field("op").addEventListener("change", explained);
    field("column").addEventListener("change", explained);
    row.querySelector("[data-remove]").addEventListener("click", () => row.remove());
    explained();
    list.append(row);

    return row;
  }

  // A number where it is one, a blank cell where nothing is written, text otherwise.
  function cell(text) {
    if (text === "") return null;
    if (text === "true" || text === "false") return text === "true";

    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && !/^0\d/.test(text) ? Number(text) : text;
  }

  function override(row) {
    const value = (name) => row.querySelector(`[name=${name}]`).value.trim();
    const on = operations.find((each) => each.op === value("op")).on_cells;
    const made = { table: value("table"), op: value("op"), where: value("where") };

    if (!made.where) delete made.where;

    return on ? { ...made, column: value("column"), value: cell(value("value")) } : made;
  }

  // Shows changes; those that the form cannot show are taken over as they are.
  function fillWith(override) {
    kept = override.filter((each) => !shownInForm(each));
    for (const change of override.filter(shownInForm)) add(change);
    if (!list.children.length && !kept.length) add();
    if (kept.length) list.before(make("p", { class: "remark" }, `${kept.length} changes of single rows are taken over as they are.`));
  }

  const all = () => [...kept, ...[...list.children].map(override)];

  document.getElementById("more").addEventListener("click", () => add().querySelector("select").focus());

  return { fillWith, all };
})();
