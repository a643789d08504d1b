// The form of a plan.
(() => {
  "use strict";

  const form = document.getElementById("plan");

  if (!form) return;

  const given = lw.data("given");
  const fields = form.elements;
  const text = (name) => fields[name].value.trim();

  // What the form does not show stays as it is.
  function options() {
    const asked = { ...given?.options, engine: text("engine"), objective: text("objective"), time_limit: fields.time_limit.valueAsNumber };
    return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null));
  }

  function asked() {
    const [kind, id] = text("source").split(":");
    const cron = text("cron");
    const json = {
      name: text("name"),
      options: options(),
      filter: text("filter"),
      when_busy: text("when_busy"),
      schedule: cron ? { cron, windows: text("windows").split(/[\s,]+/).filter(Boolean), on: fields.on.checked } : null,
    };

    if (given?.[kind] !== id) json[kind] = id;
    if (!fields.publish.disabled) json.publish = text("publish") ? { connection: text("publish"), filter: text("publish_filter") } : null;

    return json;
  }

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
      if (!(error instanceof lw.Problem)) throw error;

      const more = error.findings.map((each) => lw.make("p", {}, each.text));
      place.append(lw.make("div", { class: "problem" }, lw.make("strong", {}, error.message), ...more));
      button.disabled = false;
    }
  });
})();
