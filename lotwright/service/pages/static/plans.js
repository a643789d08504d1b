// The form of a plan.
(() => {
  "use strict";

  const form = document.getElementById("plan");

  if (!form) return;

  const given = lw.data("given");
  const fields = form.elements;
  const text = (name) => fields[name].value.trim();

  const versions = lw.data("versions");
  const FENCES = ["planning", "freeze", "firm", "action", "explosion"];

  // Blank and unusual numbers; what is blank is left to data and engine.
  const number = (name) => (Number.isNaN(fields[name].valueAsNumber) ? null : fields[name].valueAsNumber);
  const said = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

  function showVersions() {
    const [kind, id] = text("source").split(":");
    const chosen = given?.[kind] === id ? given?.version : null;
    const known = kind === "dataset" ? versions[id] || [] : [];
    const first = kind === "dataset" ? "the newest" : "that of the scenario";
    fields.version.replaceChildren(
      lw.make("option", { value: "" }, first),
      ...known.map((each) => lw.make("option", { value: each.version, selected: each.version === chosen }, `version ${each.number}`)),
    );
    fields.version.disabled = kind !== "dataset";
  }

  function options() {
    const gap = number("gap");

    return said({
      engine: text("engine"),
      objective: text("objective"),
      time_limit: number("time_limit"),
      gap: gap === null ? null : Number((gap / 100).toPrecision(12)),
      work_limit: number("work_limit"),
      threads: number("threads"),
      seed: number("seed"),
      level: text("level") ? text("level") === "true" : null,
    });
  }

  function parameters() {
    const boxes = [...form.querySelectorAll("[name=kind]")];
    const kinds = boxes.filter((box) => box.checked).map((box) => box.value);

    if (!kinds.length) throw new lw.Problem(0, { title: "Choose some demand that counts." });

    return said({
      horizon_days: number("horizon_days"),
      fences: said(Object.fromEntries(FENCES.map((name) => [name, number(`fence_${name}`)]))),
      demand_kinds: kinds.length === boxes.length ? null : kinds,
      safety_stock: fields.safety_stock.checked,
    });
  }

  function asked() {
    const [kind, id] = text("source").split(":");
    const cron = text("cron");
    const json = {
      name: text("name"),
      options: options(),
      filter: text("filter"),
      parameters: parameters(),
      when_busy: text("when_busy"),
      schedule: cron ? { cron, windows: text("windows").split(/[\s,]+/).filter(Boolean), on: fields.on.checked } : null,
    };

    if (given?.[kind] !== id) json[kind] = id;
    if (kind === "dataset") json.version = text("version") || null;
    if (!fields.publish.disabled) json.publish = text("publish") ? { connection: text("publish"), filter: text("publish_filter") } : null;

    return json;
  }

  fields.source.addEventListener("change", showVersions);
  showVersions();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = document.getElementById("plan-problem");
    const button = form.querySelector("button[type=submit]");
    place.replaceChildren();
    button.disabled = true;

    try {
      if (given) await lw.call("PATCH", `/v1/plans/${encodeURIComponent(given.plan)}`, { json: asked(), headers: { "If-Match": `"${given.revision}"` } });
      else await lw.call("POST", "/v1/plans", { json: asked() });
      location.assign("/ui/plans");
    } catch (error) {
      lw.tell(place, error);
      button.disabled = false;
    }
  });
})();
