// Data sets: create one, upload to it, and freeze a version.
(() => {
  "use strict";

  const kinds = {
    zip: "application/zip",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    csv: "text/csv",
    parquet: "application/vnd.apache.parquet",
  };

  const creating = document.getElementById("new-dataset");

  creating?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = creating.querySelector("button");
    button.disabled = true;

    try {
      const made = await lw.call("POST", "/v1/datasets", { json: { name: creating.elements.name.value.trim() } });
      location.assign(`/ui/datasets/${encodeURIComponent(made.dataset)}`);
    } catch (error) {
      lw.complain(error);
      button.disabled = false;
    }
  });

  const place = document.getElementById("dataset");

  if (!place) return;

  const path = `/v1/datasets/${encodeURIComponent(place.dataset.dataset)}`;

  // Says what is wrong, each thing with its place and remedy.
  function refuse(result, error) {
    if (!(error instanceof lw.Problem)) throw error;

    const words = lw.make("div", { class: "problem" }, lw.make("strong", {}, error.message), lw.make("p", {}, "Nothing was changed."));
    result.replaceChildren(words);

    if (error.findings.length) {
      const grid = lw.make("div");
      result.append(grid);
      lw.problems(grid, error.findings);
    }
  }

  // Says what came in, and what is to be known about it.
  function tell(result, said) {
    const names = Object.keys(said.tables || {});
    const rows = names.map((name) => lw.make("tr", {}, lw.make("td", {}, lw.make("code", {}, name)), lw.make("td", { class: "number" }, lw.amount(said.tables[name]))));
    const head = lw.make("tr", {}, lw.make("th", {}, "Table"), lw.make("th", { class: "number" }, "Rows"));
    const found = said.findings || [];
    result.replaceChildren(
      lw.make("p", {}, lw.make("span", { class: "tag good" }, `✓ ${names.length === 1 ? "One table is" : `${names.length} tables are`} in`)),
      lw.make("table", { class: "plain" }, lw.make("thead", {}, head), lw.make("tbody", {}, ...rows)),
      ...(found.length ? [lw.make("h3", {}, "To be known"), lw.make("ul", {}, ...found.map((each) => lw.make("li", {}, each.text)))] : []),
      lw.make("p", {}, lw.make("a", { class: "button primary", href: location.pathname }, "Go on: freeze a version")),
    );
  }

  const upload = document.getElementById("upload");

  upload?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = upload.elements.file.files[0];
    const result = document.getElementById("upload-result");
    const [, stem, ending] = file.name.match(/^(.*)\.([^.]+)$/) || [null, "", ""];
    const kind = kinds[ending.toLowerCase()];
    const isTable = ["csv", "parquet"].includes(ending.toLowerCase());
    const mapping = upload.elements.mapping.value;

    if (!kind || (isTable && (mapping || !lw.data("table-names").includes(stem)))) {
      const text = kind && mapping
        ? "A mapping reads all files of a system together: send them as one zip, or as a workbook."
        : kind
        ? `There is no table named “${stem}”: name the file after its table, such as demands.csv.`
        : "Send a zip, a workbook (xlsx), or a table as csv or parquet.";
      result.replaceChildren(lw.make("div", { class: "problem" }, text));
      return;
    }

    const button = upload.querySelector("button");
    document.getElementById("commit-result")?.replaceChildren();
    const address = isTable ? `${path}/tables/${encodeURIComponent(stem)}` : `${path}/package?mapping=${encodeURIComponent(mapping)}`;
    button.disabled = true;
    result.replaceChildren(lw.make("p", { class: "muted" }, "Reads and checks…"));

    try {
      const headers = { "Content-Type": kind, "X-File-Name": encodeURIComponent(file.name) };
      tell(result, await lw.call("PUT", address, { body: file, headers }));
    } catch (error) {
      refuse(result, error);
    } finally {
      button.disabled = false;
    }
  });

  const commit = document.getElementById("commit");

  commit?.addEventListener("click", async () => {
    const result = document.getElementById("commit-result");
    commit.disabled = true;
    result.replaceChildren(lw.make("p", { class: "muted" }, "Checks all tables together…"));

    try {
      const made = await lw.call("POST", `${path}/versions`);
      location.assign(`${location.pathname}/versions/${encodeURIComponent(made.version)}`);
    } catch (error) {
      refuse(result, error);
      commit.disabled = false;
    }
  });
})();
