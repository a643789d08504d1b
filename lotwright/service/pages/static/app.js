// What all pages share: calls of the service, notices, questions, shortcuts, tables and
// figures. Other scripts use it as `lw`.
const lw = (() => {
  "use strict";

  // An answer of the service that says that something is wrong.
  class Problem extends Error {
    constructor(status, said) {
      super(said.title || `The service answered ${status}.`);
      this.status = status;
      this.code = said.code || "";
      this.findings = said.findings || [];
    }
  }

  // Calls the service. `asked` may have `json`, or `body` and `headers`.
  async function call(method, path, asked = {}) {
    const headers = { Accept: "application/json", ...asked.headers };
    let body = asked.body;

    if (asked.json !== undefined) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(asked.json);
    }

    let answer;

    try {
      answer = await session.reach(path, { method, headers, body, signal: asked.signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem(0, { title: "The service does not answer; is it running?" });
    }

    if (answer.status === 204) return null;

    const text = await answer.text();
    let said;

    try {
      said = text ? JSON.parse(text) : null;
    } catch {
      said = { title: `The service answered ${answer.status}.` };
    }

    if (!answer.ok) {
      const wait = answer.headers.get("Retry-After");
      throw new Problem(answer.status, wait ? { ...said, title: `${said?.title || "Not now."} Try again in ${wait} s.` } : said || {});
    }

    return said;
  }

  // Makes an element with text; nothing is ever read as markup.
  function make(tag, values = {}, ...children) {
    const made = document.createElement(tag);

    for (const [name, value] of Object.entries(values)) {
      if (name === "class") made.className = value;
      else if (name in made && !name.startsWith("aria")) made[name] = value;
      else made.setAttribute(name, value);
    }

    made.append(...children.filter((child) => child !== null && child !== undefined));

    return made;
  }

  // Tells something for a while; problems stay until they are closed.
  function notify(text, kind = "info") {
    const close = make("button", { class: "quiet", type: "button", "aria-label": "Close" }, "×");
    const notice = make("div", { class: `notice ${kind}` }, make("span", {}, text), close);
    close.addEventListener("click", () => notice.remove());
    const notices = document.getElementById("notices");
    const isTold = [...notices.querySelectorAll("span")].some((each) => each.textContent === text);

    if (isTold) return;

    notices.append(notice);

    if (kind === "info") setTimeout(() => notice.remove(), 6000);
  }

  // Shows a problem with all that was found.
  function complain(error) {
    if (!(error instanceof Problem)) throw error;

    const more = error.findings.slice(0, 3).map((each) => each.text);
    notify([error.message, ...more].join(" "), "bad");
  }

  // Shows a problem at its place, with all that was found and what to do about it.
  function tell(place, error) {
    if (!(error instanceof Problem)) throw error;

    const more = error.findings.map((each) => make("p", {}, `${each.place || ""} ${each.text}`));
    const again = make("button", { type: "button" }, "Show it as it is now");
    again.addEventListener("click", () => location.reload());
    const stale = make("p", { class: "row" }, again, make("span", { class: "muted" }, "What you changed here is lost then; copy it first."));
    place.replaceChildren(make("div", { class: "problem" }, make("strong", {}, error.message), ...more, error.status === 412 ? stale : null));
  }

  // Asks, and returns whether the answer is yes.
  function ask(head, text) {
    const dialog = document.getElementById("ask");
    dialog.querySelector("h2").textContent = head;
    dialog.querySelector("[data-text]").textContent = text || "";
    dialog.returnValue = "";
    dialog.showModal();

    return new Promise((answer) => {
      dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    });
  }

  // The JSON that a page brings along.
  function data(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };

  function switchTheme() {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;

    try {
      localStorage.setItem("theme", theme);
    } catch {
      // The choice holds for this page then.
    }

    document.dispatchEvent(new CustomEvent("themechange"));
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent("themechange"));
  });

  // A table with the look and the habits of all tables. Cells are text.
  function grid(element, options) {
    // A window that is low, or enlarged, has room for some rows, too.
    const most = options.height ? {} : { maxHeight: `max(${options.maxHeight || "70vh"}, 400px)` };

    const made = new Tabulator(element, {
      // To stretch the last column squeezes it where the others leave little room.
      layout: "fitDataFill",
      placeholder: "Nothing here",
      locale: "en-gb",
      langs: { "en-gb": { pagination: { page_size: "Rows" } } },
      columnDefaults: { headerSortTristate: true, vertAlign: "middle", ...options.columnDefaults },
      ...options,
      ...most,
    });
    made.on("tableBuilt", () => tellParts(element));
    made.on("renderComplete", () => tellParts(element));

    return made;
  }

  // Tells screen readers the parts of a table: a grid may hold nothing but rows.
  function tellParts(element) {
    const roles = {
      ".tabulator-tableholder": "rowgroup",
      ".tabulator-tableholder > .tabulator-table": "presentation",
      ".tabulator-placeholder": "row",
      ".tabulator-placeholder-contents": "gridcell",
      ".tabulator-footer": "rowgroup",
      ".tabulator-footer-contents": "row",
      ".tabulator-footer-contents > *": "gridcell",
    };
    element.removeAttribute("aria-owns");

    for (const [selector, role] of Object.entries(roles)) {
      element.querySelectorAll(selector).forEach((part) => part.setAttribute("role", role));
    }
  }

  // Numbers as the service writes them in texts.
  const amounts = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 6 });
  // Large ones are whole, and to the last digit: nobody takes 1,234,570 for 1,234,567.
  const wholes = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
  const amount = (value) => (value === null || value === undefined || Number.isNaN(value) ? "" : (Math.abs(value) >= 100_000 ? wholes : amounts).format(value));
  // Cents matter only where there are few of them.
  const money = (value) => (value === null || value === undefined ? "" : amount(Math.abs(value) >= 100 ? Math.round(value) : Math.round(100 * value) / 100));
  // Numbers as others have written them, to ten digits.
  const exacts = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 10 });
  const exact = (value) => exacts.format(value);
  const percent = (value) => (value === null || value === undefined ? "" : `${(100 * value).toFixed(1)} %`);

  function themed(layout = {}) {
    const themes = data("figure-themes");
    return { autosize: true, ...layout, template: themes[isDark() ? "dark" : "light"] };
  }

  // The library of charts is large: it comes when the first one is to be drawn.
  let charts = null;

  function plotly() {
    charts ??= new Promise((done, failed) => {
      const script = make("script", { src: document.getElementById("figure-themes").dataset.plotly });
      script.addEventListener("load", done);
      script.addEventListener("error", () => {
        charts = null;
        failed(new Problem(0, { title: "What draws the charts could not be loaded; load the page again." }));
      });
      document.head.append(script);
    });

    return charts;
  }

  // Draws a figure of the service, or traces and a layout, in the theme of the page.
  async function figure(element, made, config = {}) {
    await plotly();
    // A window that changes its size makes charts as high as their places.
    element.style.height = made.layout?.height ? `${made.layout.height}px` : "";
    await Plotly.react(element, made.data, themed(made.layout), {
      displaylogo: false,
      responsive: true,
      ...config,
    });

    if (!element.dataset.themed) {
      element.dataset.themed = "yes";
      document.addEventListener("themechange", () => {
        Plotly.relayout(element, { template: themed().template });
      });
    }
  }

  // What is wrong with data: where, which value, and what can be done.
  function problems(element, rows) {
    const has = (name) => rows.some((each) => each[name]);
    const text = (title, field, more = {}) => ({ title, field, formatter: "textarea", visible: has(field), ...more });

    return grid(element, {
      data: rows,
      layout: "fitColumns",
      columns: [
        text("File", "file", { widthGrow: 2, minWidth: 110, headerFilter: "input" }),
        text("Table", "table", { widthGrow: 2, minWidth: 110, headerFilter: "input" }),
        { title: "Line", field: "row", hozAlign: "right", width: 76, visible: has("row") },
        text("Column", "column", { widthGrow: 2, minWidth: 110, headerFilter: "input" }),
        text("Value", "value", { widthGrow: 2, minWidth: 90 }),
        text("What is wrong", "text", { widthGrow: 5, minWidth: 180 }),
        text("What can be done", "remedy", { widthGrow: 5, minWidth: 180 }),
        text("Code", "code", { widthGrow: 2, minWidth: 110 }),
      ],
    });
  }

  const FORMATS = [
    ["CSV", "text/csv", "csv"],
    ["Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
    ["Parquet", "application/vnd.apache.parquet", "parquet"],
  ];

  // Puts a menu somewhere that downloads what a path answers, in each format.
  function downloads(element, path, name) {
    const menu = make("details", { class: "menu" }, make("summary", { class: "button", "aria-label": `Download ${name}` }, "Download ▾"));
    const list = make("div", { class: "stack" });

    for (const [title, accept, ending] of FORMATS) {
      const button = make("button", { type: "button", class: "quiet" }, title);
      button.addEventListener("click", () => save(button, path(), accept, `${name}.${ending}`));
      list.append(button);
    }

    menu.append(list);
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    element.append(menu);
  }

  async function save(button, path, accept, name) {
    button.disabled = true;

    try {
      const answer = await session.reach(path, { headers: { Accept: accept } });

      if (!answer.ok) throw new Problem(answer.status, await answer.json());

      const address = URL.createObjectURL(await answer.blob());
      make("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      button.closest("details").open = false;
    } catch (error) {
      complain(error);
    } finally {
      button.disabled = false;
    }
  }

  // A click elsewhere closes menus.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // On a telephone the rows of wide tables are blocks, in which each cell says what it is.
  function inBlocks(table) {
    const heads = [...table.querySelectorAll("thead th, thead td")].map((head) => head.textContent.trim());

    if (heads.length < 4) return;

    table.classList.add("in-blocks");
    const roles = { tr: "row", th: "columnheader", td: "cell", "thead, tbody": "rowgroup" };
    table.setAttribute("role", "table");
    for (const [parts, role] of Object.entries(roles)) {
      for (const part of table.querySelectorAll(parts)) part.setAttribute("role", role);
    }

    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, place) => {
        if (place && heads[place] && cell.textContent.trim()) cell.dataset.head = heads[place];
      });
    }
  }

  // What scrolls can be scrolled by key, and the place where one is stays in sight.
  function atHand() {
    for (const table of document.querySelectorAll("table.plain")) inBlocks(table);
    for (const region of document.querySelectorAll(".scroll")) {
      if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    }
  }

  const ours = "table.plain, .scroll";
  const hasOurs = (node) => node instanceof Element && (node.matches(ours) || node.querySelector(ours));

  atHand();
  addEventListener("resize", atHand);
  document.addEventListener("toggle", atHand, true);
  new MutationObserver((changes) => {
    if (changes.some((each) => [...each.addedNodes].some(hasOurs))) atHand();
  }).observe(document.getElementById("main"), { childList: true, subtree: true });

  for (const here of document.querySelectorAll("nav [aria-current=page]")) {
    const nav = here.closest("nav");
    nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  }

  for (const place of document.querySelectorAll("[data-download]")) {
    downloads(place, () => place.dataset.download, place.dataset.name);
  }

  // The time of day in the time zone of the tenant, as pages tell times.
  const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { timeZone: document.body.dataset.zone });

  const moment = (at) => new Date(at).toLocaleString("sv-SE", { timeZone: document.body.dataset.zone, dateStyle: "short", timeStyle: "short" });

  // Buttons that ask the service for something: data-call="POST /v1/…", with a question
  // (data-ask), words afterwards (data-done), and where to go (data-then).
  async function pressed(button) {
    if (button.dataset.ask && !(await ask(button.textContent.trim(), button.dataset.ask))) return;

    const [method, path] = button.dataset.call.split(" ");
    const json = button.dataset.json ? JSON.parse(button.dataset.json) : undefined;
    button.disabled = true;

    try {
      await call(method, path, { json });
      if (button.dataset.done) notify(button.dataset.done);
      // Where the page goes, the button rests for good: nothing happens twice.
      if (button.dataset.then === "reload") return location.reload();
      if (button.dataset.then) return location.assign(button.dataset.then);
    } catch (error) {
      complain(error);
    }

    button.disabled = false;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");

    if (!button) return;
    if (button.dataset.call) pressed(button);
    if ("themeSwitch" in button.dataset) switchTheme();
    if ("help" in button.dataset) document.getElementById("shortcuts").showModal();
  });

  // A button that rests while it works, or goes with its row, does not take the focus along.
  let last = null;
  document.addEventListener("focusin", (event) => (last = event.target));
  document.addEventListener("focusout", () => {
    // Who leaves it for nothing means to.
    setTimeout(() => {
      if (document.activeElement === document.body && last?.isConnected && !last.disabled) last = null;
    });
  });
  new MutationObserver(() => {
    if (!last || document.activeElement !== document.body) return;
    if (!last.isConnected) last = document.getElementById("main");
    if (!last.disabled) last.focus({ preventScroll: true });
  }).observe(document.body, { attributeFilter: ["disabled"], childList: true, subtree: true });

  // Keys of one letter are in the way of those who dictate: they can be switched off.
  const shortcuts = document.getElementById("use-shortcuts");

  try {
    if (shortcuts) shortcuts.checked = localStorage.getItem("shortcuts") !== "off";
  } catch {
    // They are on then.
  }

  shortcuts?.addEventListener("change", () => {
    try {
      localStorage.setItem("shortcuts", shortcuts.checked ? "on" : "off");
    } catch {
      // The choice holds for this page then.
    }
  });

  let isGoing = false;

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable=true]");

    if (isTyping || shortcuts?.checked === false || event.ctrlKey || event.metaKey || event.altKey) return;

    if (isGoing) {
      isGoing = false;
      const wanted = CSS.escape(event.key);
      const link = document.querySelector(`[data-shortcut="${wanted}"]`);
      if (link) location.assign(link.href);
      return;
    }

    const help = document.getElementById("shortcuts");
    const search = document.querySelector("[data-search]");

    if (event.key === "g") isGoing = true;
    else if (event.key === "t") switchTheme();
    else if (event.key === "?" && help) help.showModal();
    else if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    }
  });

  // What a part of a page is told when it cannot be had.
  document.addEventListener("htmx:responseError", (event) => {
    notify(`A part of this page is not up to date: the service answered ${event.detail.xhr.status}.`, "bad");
  });

  return { Problem, call, make, notify, complain, tell, ask, data, grid, amount, exact, money, percent, figure, problems, downloads, clock, moment, isDark };
})();
