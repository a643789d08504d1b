// Connections: make one, test and preview it, pull through it, and disconnect.
(() => {
  "use strict";

  const soon = (ms) => new Promise((done) => setTimeout(done, ms));
  const words = (text) => lw.make("p", { class: "muted" }, text);

  // Says what is wrong, each thing with its place and remedy.
  function refuse(place, error) {
    if (!(error instanceof lw.Problem)) throw error;

    place.replaceChildren(lw.make("div", { class: "problem", role: "alert" }, lw.make("strong", {}, error.message)));

    if (error.findings.length) {
      const grid = lw.make("div");
      place.append(grid);
      lw.problems(grid, error.findings);
    }
  }

  // Shows the text of a mapping where it is that of somebody's own.
  function choosing(form) {
    const { mapping, mapping_text: own } = form.elements;
    const show = () => {
      form.querySelector("[data-own]").hidden = mapping.value !== "own";
      own.required = mapping.value === "own";
    };
    mapping.addEventListener("change", show);
    show();
  }

  const form = document.getElementById("new-connection");

  if (form) {
    const { name, url, mapping, mapping_text: own } = form.elements;
    const place = document.getElementById("new-connection-result");
    choosing(form);

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      const which = mapping.value === "own" ? { mapping_text: own.value } : { mapping: mapping.value };
      button.disabled = true;
      place.replaceChildren(words("Connects and asks the other system…"));

      try {
        const made = await lw.call("POST", "/v1/connections", { json: { name: name.value.trim(), url: url.value.trim(), ...which } });
        location.assign(`/ui/connections/${encodeURIComponent(made.connection)}`);
      } catch (error) {
        refuse(place, error);
        button.disabled = false;
      }
    });
  }

  const place = document.getElementById("connection");

  if (!place) return;

  const path = `/v1/connections/${encodeURIComponent(place.dataset.connection)}`;
  const result = document.getElementById("connection-result");
  const wrong = document.getElementById("pull-problems");

  if (wrong) lw.problems(wrong, lw.data("problems"));

  function table(caption, heads, rows) {
    const areNumbers = heads.map((_, place) => rows.some((row) => typeof row[place] === "number"));
    const cell = (tag, text, place) => lw.make(tag, { class: areNumbers[place] ? "number" : "" }, text);
    const told = (value) => (value === null ? "–" : typeof value === "number" ? lw.exact(value) : String(value));
    const head = lw.make("tr", {}, ...heads.map((each, place) => cell("th", each, place)));
    const body = rows.map((row) => lw.make("tr", {}, ...row.map((each, place) => cell("td", told(each), place))));
    const made = lw.make("table", { class: "plain" }, lw.make("caption", {}, caption), lw.make("thead", {}, head), lw.make("tbody", {}, ...body));

    return lw.make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": caption }, made);
  }

  const change = document.getElementById("change");

  if (change) {
    const { url, mapping, mapping_text: own } = change.elements;
    const said = document.getElementById("change-result");
    choosing(change);

    change.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wanted = {
        ...(url.value.trim() ? { url: url.value.trim() } : {}),
        ...(mapping.value === "-" ? {} : mapping.value === "own" ? { mapping_text: own.value } : { mapping: mapping.value }),
      };

      if (!Object.keys(wanted).length) {
        said.replaceChildren(words("Nothing is to be changed: write another address, or choose another mapping."));
        return;
      }

      const button = change.querySelector("button[type=submit]");
      button.disabled = true;
      said.replaceChildren(words("Keeps it, and asks the other system…"));

      try {
        await lw.call("PATCH", path, { json: wanted });
        location.reload();
      } catch (error) {
        refuse(said, error);
        button.disabled = false;
      }
    });
  }

  const pull = document.getElementById("pull");

  function pulled(job) {
    const { dataset, version, tables } = job.result;
    const address = `/ui/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(version)}`;
    const rows = Object.entries(tables);
    place.querySelector("[data-pulled]").replaceChildren(lw.moment(Date.now()), " ", lw.make("a", { href: address }, "that version"));
    result.replaceChildren(
      lw.make("div", { class: "card" },
        lw.make("p", {}, lw.make("span", { class: "tag good" }, "✓ pulled and frozen"), " ", lw.make("a", { href: address }, "Look at the version")),
        table("What came in", ["Table", "Rows"], rows)),
    );
  }

  // Follows a pull until it is over.
  async function follow(id) {
    const meter = lw.make("progress", { "aria-label": "Pull" });
    const said = words("");
    result.replaceChildren(lw.make("div", { class: "card" }, said, meter));
    if (pull) pull.disabled = true;

    try {
      for (;;) {
        const job = await lw.call("GET", `/v1/jobs/${encodeURIComponent(id)}`);

        if (job.status === "succeeded") {
          pulled(job);
          return;
        }

        if (job.status === "failed") {
          const found = await lw.call("GET", path);
          refuse(result, new lw.Problem(409, { title: job.error.text || job.error.code, findings: found.problems || [] }));
          return;
        }

        const again = job.attempt > 1 ? ` (attempt ${job.attempt})` : "";
        said.textContent = job.status === "running" ? `Reads, checks and freezes the tables${again}…` : `Waits for a worker${again}…`;
        await soon(700);
      }
    } catch (error) {
      refuse(result, error);
    } finally {
      if (pull) pull.disabled = false;
    }
  }

  pull?.addEventListener("click", async () => {
    pull.disabled = true;

    try {
      const asked = await lw.call("POST", `${path}/pull`);
      await follow(asked.job);
    } catch (error) {
      refuse(result, error);
      pull.disabled = false;
    }
  });

  if (place.dataset.job) follow(place.dataset.job);

  const preview = document.getElementById("preview");

  preview?.addEventListener("click", async () => {
    const shown = document.getElementById("preview-result");
    preview.disabled = true;
    shown.replaceChildren(words("Reads the first rows…"));

    try {
      const found = await lw.call("GET", `${path}/preview?rows=10`);
      const feeds = found.feeds.map((each) => lw.make("section", { class: "card" },
        lw.make("h3", {}, lw.make("code", {}, each.table)),
        each.rows.length ? table(`from ${each.source}`, each.columns, each.rows) : words(`from ${each.source}: no rows`)));
      shown.replaceChildren(lw.make("h2", {}, "Preview of the mapping"), words("The first rows of each table as the mapping reads them, unchecked."), ...feeds);
    } catch (error) {
      refuse(shown, error);
    } finally {
      preview.disabled = false;
    }
  });

  // What was erased, in the place of what is no more.
  function tell(receipt) {
    const rows = Object.entries(receipt.num_rows).map(([name, number]) => [name.replaceAll("_", " "), number]);
    document.getElementById("main").replaceChildren(
      lw.make("div", { class: "head" }, lw.make("h1", {}, `${place.dataset.name} is disconnected`)),
      lw.make("section", { class: "card narrow" },
        lw.make("h2", {}, "Receipt"),
        lw.make("p", {}, `Erased at ${lw.moment(receipt.erased_at)}: ${lw.amount(receipt.num_contents)} contents and these rows.`),
        table("Rows that were erased", ["Of", "Rows"], rows),
        lw.make("p", {}, `Number ${receipt.audit_number} in the audit, sealed `, lw.make("code", {}, receipt.audit_digest)),
        lw.make("p", {}, lw.make("a", { class: "button", href: "/ui/connections" }, "Connections"))),
    );
    document.getElementById("main").focus();
  }

  const dialog = document.getElementById("ends");
  const input = dialog?.querySelector("input");

  input?.addEventListener("input", () => {
    dialog.querySelector("button.danger").disabled = input.value.trim() !== place.dataset.name.trim();
  });

  document.getElementById("disconnect")?.addEventListener("click", () => {
    input.value = "";
    dialog.querySelector("button.danger").disabled = true;
    dialog.returnValue = "";
    dialog.showModal();
  });

  dialog?.addEventListener("close", async () => {
    if (dialog.returnValue !== "yes") return;

    result.replaceChildren(words("Erases what came through it…"));

    try {
      tell(await lw.call("DELETE", path));
    } catch (error) {
      refuse(result, error);
    }
  });

  // A test of somebody else may be under way.
  async function wait() {
    const { status } = place.dataset;

    while (["enabling", "getting_status"].includes(status)) {
      await soon(2000);
      if ((await lw.call("GET", path)).status !== status) location.reload();
    }
  }

  wait().catch(lw.complain);
})();
