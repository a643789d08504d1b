// The stock of one item at one location: chart, running list, where it comes from and goes.
(() => {
  "use strict";

  const { make } = lw;
  const { item, location: place } = plan.main.dataset;
  const path = `${plan.api}/running-list`;
  const values = { item, location: place };

  const reference = (cell) => {
    const row = cell.getData();

    if (!row.reference) return "";
    if (row.element === "delivery") return plan.demandLink(row.reference);

    return plan.orderLink(row.reference);
  };

  const signed = (cell) => {
    const value = cell.getValue();

    return value > 0 ? `+${lw.amount(value)}` : lw.amount(value).replace("-", "−");
  };

  const balance = (cell) => {
    const value = cell.getValue();

    return value < -1e-6 ? make("strong", { class: "late" }, `▼ ${lw.amount(value)}`) : lw.amount(value);
  };

  plan.remote(document.getElementById("running"), {
    path,
    query: () => values,
    paginationSize: 200,
    maxHeight: "60vh",
    columnDefaults: { headerSort: false },
    columns: [
      plan.columns.text("Date", "date"),
      plan.columns.text("Element", "element"),
      { title: "Reference", field: "reference", formatter: reference },
      { title: "Quantity", field: "quantity", formatter: signed, hozAlign: "right", headerHozAlign: "right" },
      { title: "Balance", field: "balance", formatter: balance, hozAlign: "right", headerHozAlign: "right" },
      plan.columns.text("Pegged to", "pegged_to", { minWidth: 240 }),
    ],
  });
  plan.downloads(document.getElementById("downloads"), () => `${path}?${new URLSearchParams(values)}`, `stock-${item}`);
  plan.figure(document.getElementById("stock"), "stock", values);

  // Networks are drawn when somebody opens them.
  const goTo = (custom) => {
    const [other, where] = custom;

    if (other && where && (other !== item || where !== place)) location.assign(plan.address("items/one", { item: other, location: where }));
  };

  for (const details of document.querySelectorAll("details[data-figure]")) {
    details.addEventListener("toggle", () => {
      if (details.open) plan.figure(details.querySelector(".chart"), details.dataset.figure, values, goTo);
    }, { once: true });
  }
})();
