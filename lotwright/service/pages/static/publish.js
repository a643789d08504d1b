// Publishing a plan: preview what would change, confirm it, and follow it to its end.
(() => {
  "use strict";

  const place = document.getElementById("publishing");
  const form = document.getElementById("publish");
  const result = document.getElementById("publish-result");
  const run = encodeURIComponent(place.dataset.run);
  const soon = (ms) => new Promise((done) => setTimeout(done, ms));
  const isOver = (status) => ["published", "failed"].includes(status);
  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (part) => part.toString(16).padStart(2, "0")).join("");

  // Publications that are under way are followed until the list has changed.
  async function follow(waiting) {
    for (;;) {
      await soon(1000);

      for (const each of waiting) {
        const found = await lw.call("GET", `/v1/publications/${encodeURIComponent(each)}`);
        if (isOver(found.status)) return location.reload();
      }
    }
  }

  const waiting = lw.data("waiting");
  if (waiting.length) follow(waiting).catch(lw.complain);

  if (!form) return;

  function table(caption, heads, rows) {
    const cell = (tag) => (value) => lw.make(tag, { class: typeof value === "number" ? "number" : "" }, typeof value === "number" ? lw.amount(value) : String(value ?? "–"));
    const made = lw.make("table", { class: "plain" },
      lw.make("caption", {}, caption),
      lw.make("thead", {}, lw.make("tr", {}, ...heads.map((each) => lw.make("th", { class: ["Orders", "Quantity"].includes(each) ? "number" : "" }, each)))),
      lw.make("tbody", {}, ...rows.map((row) => lw.make("tr", {}, ...row.map(cell("td"))))));

    return lw.make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": caption }, made);
  }

  const figure = (name, value) => lw.make("dl", { class: "figure" }, lw.make("dt", {}, name), lw.make("dd", {}, lw.amount(value)));
  const sizes = (caption, head, counts) => table(caption, [head, "Orders"], Object.entries(counts));

  function examples(name, sort) {
    if (!sort.orders) return null;

    const what = (row) => (row.before ? Object.entries(row.before).map(([column, value]) => `${column.replaceAll("_", " ")}: ${value ?? "none"} → ${row[column] ?? "none"}`).join("; ") : "");
    const rows = sort.examples.map((row) => [row.order_id, row.item_id, row.location_id, row.quantity, row.due_date, ...(name === "changed" ? [what(row)] : [])]);
    const heads = ["Order", "Item", "Location", "Quantity", "Due", ...(name === "changed" ? ["What changes"] : [])];
    const more = sort.orders > rows.length ? `, the first ${rows.length}` : "";

    return lw.make("details", {}, lw.make("summary", {}, `${lw.amount(sort.orders)} ${name}${more}`), table(`Orders that are ${name}`, heads, rows));
  }

  // What the database of a connection lacks: the statements that create it, to be copied,
  // and for those who may, a button that runs them.
  async function lacking(connection, again) {
    const path = `/v1/connections/${encodeURIComponent(connection)}/result-tables`;
    const found = await lw.call("GET", path);
    const ddl = found.statements.map((each) => `${each};`).join("\n\n");
    const text = lw.make("pre", { class: "log", tabIndex: 0, "aria-label": "Statements that create the result tables" }, ddl);
    const buttons = lw.make("p", { class: "row" });

    if (place.dataset.admin) {
      const create = lw.make("button", { type: "button", class: "primary" }, "Create them now");
      create.addEventListener("click", async () => {
        create.disabled = true;

        try {
          const made = await lw.call("POST", path);
          lw.notify(`Created ${made.created.join(", ")}.`);
          await again();
        } catch (error) {
          lw.complain(error);
          create.disabled = false;
        }
      });
      buttons.append(create);
    }

    // Browsers let pages copy only where nobody can listen.
    if (navigator.clipboard) {
      const copy = lw.make("button", { type: "button" }, "Copy the statements");
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(ddl);
        lw.notify("The statements are copied.");
      });
      buttons.append(copy);
    }

    const who = place.dataset.admin ? "Create them here, or have" : "Somebody with the scope admin can create them on this page; or have";
    result.replaceChildren(lw.make("section", { class: "card stack" },
      lw.make("h2", {}, "The tables for results are missing there"),
      lw.make("p", {}, `Plans are published to tables of their own, beside those of the other system: ${found.missing.join(", ")}. ${who} whoever looks after the database run these statements.`),
      buttons,
      lw.make("details", { open: true }, lw.make("summary", {}, `${found.statements.length} statements`), text),
      lw.make("p", { class: "hint" }, "On the command line: ", lw.make("code", {}, "lotwright connect ADDRESS --ddl"), " writes them, and without --ddl it asks whether to run them.")));
  }

  function refuse(error) {
    if (!(error instanceof lw.Problem)) throw error;

    const more = error.findings.map((each) => lw.make("p", {}, each.text));
    result.replaceChildren(lw.make("div", { class: "problem", role: "alert" }, lw.make("strong", {}, error.message), ...more));
  }

  async function publish(json, key, button) {
    button.disabled = true;

    try {
      const made = await lw.call("POST", `/v1/runs/${run}/publish`, { json, headers: { "Idempotency-Key": key } });
      result.replaceChildren(lw.make("div", { class: "card" }, lw.make("p", { class: "muted" }, "Is being published…"), lw.make("progress", { "aria-label": "Publication" })));
      await follow([made.publication]);
    } catch (error) {
      refuse(error);
    }
  }

  function show(found, name, asked) {
    const { differences: sorts } = found;
    const key = id();
    const orders = found.counts.planned_orders;
    const isSame = ["new", "changed", "gone"].every((each) => !sorts[each].orders);
    const button = lw.make("button", { type: "button", class: "primary" }, `Publish ${lw.amount(orders)} ${orders === 1 ? "order" : "orders"}`);
    button.addEventListener("click", () => publish({ ...asked, confirm: found.confirm }, key, button));
    result.replaceChildren(lw.make("section", { class: "card stack" },
      lw.make("h2", {}, "What would be published"),
      lw.make("div", { class: "cards" }, figure("Orders", orders), figure("New there", sorts.new.orders), figure("Changed there", sorts.changed.orders), figure("Gone there", sorts.gone.orders)),
      lw.make("div", { class: "columns" }, sizes("By kind", "Kind", found.by_kind), sizes("By status", "Status", found.by_status)),
      ...["new", "changed", "gone"].map((each) => examples(each, sorts[each])).filter(Boolean),
      lw.make("p", { class: "muted" }, !found.current ? "Nothing was published there before." : isSame ? "The target has exactly these orders already." : "Compared with what is current in the target now."),
      lw.make("p", { class: "row" }, button, lw.make("span", { class: "muted" }, `To ${name}. The preview is good for ${Math.round(found.confirm_seconds / 60)} minutes.`))));
  }

  async function preview() {
    const { target, filter } = form.elements;
    const chosen = target.selectedOptions[0];

    if (!chosen || chosen.disabled) return;

    const button = form.querySelector("button");
    const asked = { connection: target.value === "folder" ? null : target.value, filter: filter.value.trim() };
    button.disabled = true;
    result.replaceChildren(lw.make("p", { class: "muted" }, "Compares the plan with the target…"));

    try {
      show(await lw.call("POST", `/v1/runs/${run}/publish`, { json: { ...asked, dry_run: true } }), chosen.dataset.name, asked);
    } catch (error) {
      if (error.code !== "no_result_tables") return refuse(error);
      await lacking(target.value, preview).catch(() => refuse(error));
    } finally {
      button.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    preview();
  });

  // What was previewed is no more what would be published.
  form.addEventListener("input", () => result.replaceChildren());
})();
