// The page of a scenario: make it, change it, plan it.
(() => {
  "use strict";

  const form = document.getElementById("scenario");

  if (!form) return;

  const given = lw.data("given");
  const fields = form.elements;
  const start = document.getElementById("start");
  const text = (name) => fields[name].value.trim();

  function asked() {
    const json = { name: text("name"), note: text("note"), override: changes.all() };

    if (given) {
      if (fields.version && fields.version.value !== given.version) json.version = fields.version.value;
      return json;
    }

    const [first, second] = text("source").split(":");

    return { ...json, ...(first === "base" ? { base: second } : { dataset: first, version: second }) };
  }

  const saved = (json) =>
    given
      ? lw.call("PATCH", `/v1/scenarios/${encodeURIComponent(given.scenario)}`, { json, headers: { "If-Match": `"${given.revision}"` } })
      : lw.call("POST", "/v1/scenarios", { json });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const place = document.getElementById("scenario-problem");
    place.replaceChildren(lw.make("p", { class: "muted" }, "It is put on its data, to see whether it fits …"));
    button.disabled = true;

    try {
      const { scenario } = await saved(asked());
      location.assign(`/ui/scenarios/${encodeURIComponent(scenario)}`);
    } catch (error) {
      lw.tell(place, error);
      button.disabled = false;
    }
  });

  // What is planned is what was saved.
  form.addEventListener("input", () => {
    const button = start?.querySelector("button");

    if (button) Object.assign(button, { disabled: true, title: "Save the changes first" });
  });

  start?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { engine, time_limit: seconds } = Object.fromEntries(new FormData(start));
    const button = start.querySelector("button");
    button.disabled = true;

    try {
      const json = { options: { engine, time_limit: Number(seconds) } };
      const run = await lw.call("POST", `/v1/scenarios/${encodeURIComponent(given.scenario)}/runs`, { json });
      location.assign(`/ui/runs/${run.run}`);
    } catch (error) {
      lw.complain(error);
      button.disabled = false;
    }
  });

  changes.fillWith(given?.override || []);
})();
