// The form that starts a run.
(() => {
  "use strict";

  const form = document.getElementById("new-run");

  if (!form) return;

  const datasets = lw.data("datasets");
  // A form that is sent twice starts one run.
  const once = Array.from(crypto.getRandomValues(new Uint8Array(16)), (part) => part.toString(16)).join("");

  function showVersions() {
    const found = datasets.find((each) => each.dataset === form.dataset_field.value);
    form.version.replaceChildren(
      ...found.versions.map((each, place) => {
        const text = `${each.number}${place === 0 ? " (newest)" : ""}`;
        return lw.make("option", { value: each.version, selected: each.is_chosen }, text);
      }),
    );
  }

  // What differs from what the service does by itself.
  function options() {
    const asked = {};
    const texts = { engine: "auto", objective: "cost", only: "" };
    const numbers = { time_limit: 60, threads: NaN, seed: 0 };

    for (const [name, usual] of Object.entries(texts)) {
      const value = form.elements[name].value.trim();
      if (value !== usual) asked[name] = value;
    }

    for (const [name, usual] of Object.entries(numbers)) {
      const value = form.elements[name].valueAsNumber;
      if (!Number.isNaN(value) && value !== usual) asked[name] = value;
    }

    if (!Number.isNaN(form.gap.valueAsNumber)) asked.gap = form.gap.valueAsNumber / 100;
    if (form.work_limit.value) asked.work_limit = form.work_limit.valueAsNumber;
    if (form.level.value) asked.level = form.level.value === "true";

    return asked;
  }

  form.dataset_field = form.elements.dataset;
  form.dataset_field.addEventListener("change", showVersions);
  showVersions();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const place = document.getElementById("new-run-problem");
    const json = {
      dataset: form.dataset_field.value,
      version: form.version.value,
      label: form.label.value.trim(),
      options: options(),
    };
    place.replaceChildren();
    button.disabled = true;

    try {
      const run = await lw.call("POST", "/v1/runs", { json, headers: { "Idempotency-Key": once } });
      location.assign(`/ui/runs/${encodeURIComponent(run.run)}`);
    } catch (error) {
      lw.tell(place, error);
      button.disabled = false;
    }
  });
})();
