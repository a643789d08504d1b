// What the pages of a plan share: tables that the service pages and sorts, links to other
// pages of the run, signs for states, and downloads. Other scripts use it as `plan`.
const plan = (() => {
  "use strict";

  const { make } = lw;
  const main = document.getElementById("plan");
  const run = main.dataset.run;
  const api = `/v1/runs/${encodeURIComponent(run)}`;
  const ui = `/ui/runs/${encodeURIComponent(run)}`;
  const isNarrow = matchMedia("(max-width: 720px)").matches;

  const address = (path, values) => `${ui}/${path}?${new URLSearchParams(values)}`;

  const link = (text, href) => make("a", { href }, text);

  // Links to the pages of things; empty cells stay empty.
  const demandLink = (key) => (key ? link(key, address("why", { demand: key })) : "");
  const orderLink = (key) => (key ? link(key, address("pegging", { of: key })) : "");
  const resourceLink = (key, period = "") =>
    key ? link(key, address("resources", period ? { resource: key, period } : { resource: key })) : "";
  const itemLink = (item, location) =>
    item && location ? link(item, address("items/one", { item, location })) : item || "";

  // A state with a sign of its own, told apart without colour.
  const SIGNS = {
    error: ["✗", "bad"],
    warning: ["▲", "warn"],
    degraded: ["▲", "warn"],
    ignored: ["◌", ""],
    info: ["ⓘ", ""],
    open: ["○", ""],
    acknowledged: ["✓", "good"],
    worse: ["↑", "bad"],
    planned: ["○", ""],
    approved: ["✓", "good"],
    firmed: ["■", "good"],
  };

  function tag(name) {
    const [sign, kind] = SIGNS[name] || ["·", ""];

    return make("span", { class: `tag ${kind}` }, make("span", { "aria-hidden": "true" }, sign), ` ${name}`);
  }

  // Formatters of columns.
  const text = (cell) => cell.getValue() ?? "";
  const number = (cell) => lw.amount(cell.getValue());
  const money = (cell) => lw.money(cell.getValue());
  const currency = main.dataset.currency || "";
  const inMoney = (title) => (currency ? `${title}, ${currency}` : title);
  const late = (cell) => {
    const days = cell.getValue();

    if (!days) return "";

    return days > 0 ? make("strong", { class: "late" }, lw.amount(days)) : lw.amount(days);
  };
  // What a column has no room for is told to those who point at it.
  const long = (cell) => make("span", { class: "long", title: cell.getValue() ?? "" }, cell.getValue() ?? "");
  const columns = {
    text: (title, field, more = {}) => ({ title, field, formatter: text, ...more }),
    long: (title, field, more = {}) => ({ title, field, formatter: long, maxWidth: 160, ...more }),
    number: (title, field, more = {}) => ({ title, field, formatter: number, hozAlign: "right", headerHozAlign: "right", ...more }),
    money: (title, field, more = {}) => ({ title: inMoney(title), field, formatter: money, hozAlign: "right", headerHozAlign: "right", ...more }),
    days: (title, field, more = {}) => ({ title, field, formatter: late, hozAlign: "right", headerHozAlign: "right", ...more }),
    state: (title, field, more = {}) => ({ title, field, formatter: (cell) => tag(cell.getValue()), ...more }),
    item: (title = "Item", field = "item_id", place = "location_id", more = {}) => ({
      title,
      field,
      formatter: (cell) => itemLink(cell.getValue(), cell.getData()[place]),
      ...more,
    }),
    demand: (title = "Demand", field = "demand_id") => ({ title, field, formatter: (cell) => demandLink(cell.getValue()) }),
    order: (title = "Order", field = "order_id", more = {}) => ({ title, field, formatter: (cell) => orderLink(cell.getValue()), ...more }),
  };

  // The boxes that select rows.
  const select = { frozen: true, formatter: "rowSelection", titleFormatter: "rowSelection", headerSort: false, width: 40, minWidth: 40, hozAlign: "center", headerHozAlign: "center" };

  // A literal of the conditions that the service understands.
  const literal = (value) => (typeof value === "number" ? String(value) : JSON.stringify(String(value)));

  const equals = (values) =>
    Object.entries(values)
      .filter(([, value]) => value !== "" && value !== null && value !== undefined)
      .map(([name, value]) => `${name} == ${literal(value)}`)
      .join(" and ");

  // What a formatter returns as text would be read as markup: names are never that.
  const asText = (made) => (made instanceof Node ? made : document.createTextNode(String(made ?? "")));
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const harmless = (heads) =>
    heads.map((head) => ({
      ...head,
      ...(head.title ? { title: escaped(head.title) } : {}),
      ...(typeof head.formatter === "function" ? { formatter: (...given) => asText(head.formatter(...given)) } : {}),
    }));

  // Headers that sort can be reached and pressed by key.
  function withKeys(table) {
    table.on("tableBuilt", () => {
      for (const head of table.element.querySelectorAll(".tabulator-col.tabulator-sortable")) {
        head.tabIndex = 0;
        head.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          if (event.target !== head) return;
          event.preventDefault();
          head.click();
        });
      }
    });

    return table;
  }

  // A table whose rows the service filters, sorts and brings page by page. `query` returns
  // what is asked for beside that; `counted` is told how many rows there are.
  function remote(element, { path, query = () => ({}), columns: heads, counted = () => {}, placeholder = "Nothing here", ...options }) {
    // What is not known yet is not nothing.
    let isKnown = false;

    const asked = (sort, size, page) => {
      const values = { ...query(), limit: size, cursor: (page - 1) * size };

      if (sort?.length) values.sort = sort.map((each) => (each.dir === "desc" ? "-" : "") + each.field).join(",");

      return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined));
    };

    return withKeys(
      lw.grid(element, {
        ajaxURL: path,
        pagination: true,
        paginationMode: "remote",
        paginationSize: 50,
        paginationSizeSelector: [50, 200, 1000],
        sortMode: "remote",
        dataLoaderError: "It could not be loaded.",
        ajaxRequestFunc: async (url, _config, params) => {
          try {
            const said = await lw.call("GET", `${url}?${asked(params.sort, params.size, params.page)}`);
            isKnown = true;
            counted(said.total);

            return { last_page: Math.max(1, Math.ceil(said.total / params.size)), last_row: said.total, data: said.rows };
          } catch (error) {
            lw.complain(error);
            throw error;
          }
        },
        columns: harmless(heads),
        placeholder: () => (isKnown ? placeholder : ""),
        ...options,
      }),
    );
  }

  // A table whose rows are here already.
  const local = (element, rows, heads, options = {}) => withKeys(lw.grid(element, { data: rows, columns: harmless(heads), ...options }));

  // A menu that downloads what a path of this run answers, in each format.
  const downloads = (element, path, name) => lw.downloads(element, path, `${name}-${run.slice(2, 10)}`);

  // What was asked for last, for each place of a figure.
  const latest = new WeakMap();

  // Draws a figure of the service; its title becomes that of the chart for readers of
  // screens, and clicks bring the custom data of a mark. `dressed` is told what comes.
  async function figure(element, name, values = {}, clicked = null, dressed = () => {}) {
    const theme = lw.isDark() ? "dark" : "light";
    const path = `${api}/figures/${name}?${new URLSearchParams({ ...values, theme })}`;
    const mine = Symbol(name);
    latest.set(element, mine);
    element.setAttribute("aria-busy", "true");

    try {
      const made = await lw.call("GET", path);

      // An answer that was overtaken by another question is of no use any more.
      if (latest.get(element) !== mine) return;

      dressed(made);
      if (element.querySelector(":scope > .problem")) element.replaceChildren();
      await lw.figure(element, made);
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", plainText(made.layout.title.text));
    } catch (error) {
      if (!(error instanceof lw.Problem)) throw error;
      if (latest.get(element) !== mine) return;
      if (element.on) Plotly.purge(element);
      element.style.height = "";
      element.replaceChildren(make("p", { class: "problem", role: "alert" }, error.message));
    } finally {
      if (latest.get(element) === mine) element.removeAttribute("aria-busy");
    }

    if (clicked && element.on) {
      element.removeAllListeners("plotly_click");
      element.on("plotly_click", (event) => {
        const custom = event.points[0]?.customdata;

        if (custom) clicked(custom);
      });
    }
  }

  const plainText = (markup) => new DOMParser().parseFromString(markup || "", "text/html").body.textContent;

  // Fills a list of choices; each says how many there are.
  function choices(select, values, name = (value) => value) {
    for (const { value, count } of values) {
      select.append(make("option", { value }, `${name(value)} (${count})`));
    }
  }

  // Keeps what a form of filters says in the address of the page, so that a bookmark or a
  // link shows the same again.
  function remembered(form) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements.namedItem(name);
      const isChoice = field instanceof HTMLSelectElement;
      if (isChoice && ![...field.options].some((each) => each.value === value)) continue;
      if (isChoice || field instanceof HTMLInputElement) field.value = value;
    }

    form.addEventListener("input", () => {
      const said = [...new FormData(form)].filter(([, value]) => value !== "");
      history.replaceState(null, "", `${location.pathname}${said.length ? `?${new URLSearchParams(said)}` : ""}`);
    });
  }

  // Calls something once typing has paused.
  function paused(action, milliseconds = 250) {
    let waiting = 0;

    return () => {
      clearTimeout(waiting);
      waiting = setTimeout(action, milliseconds);
    };
  }

  return {
    main, run, api, ui, isNarrow, address, link, demandLink, orderLink, resourceLink, itemLink,
    tag, columns, inMoney, select, literal, equals, remote, local, downloads, figure, choices, paused, remembered,
  };
})();
