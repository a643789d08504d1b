// A what-if: changes of the data, planned as a run of their own or kept as a scenario.
(() => {
  "use strict";

  const given = lw.data("given");
  const options = lw.data("options");
  const form = document.getElementById("what-if");

  // A what-if that is kept can be opened, changed and planned again.
  async function planned(said, override) {
    const { dataset, version } = plan.main.dataset;
    const asked = { ...options, engine: said.engine, time_limit: Number(said.time_limit) };

    if (!said.keep) return lw.call("POST", "/v1/runs", { json: { dataset, version, label: said.label, options: asked, scenario: { name: said.label, override } } });

    const { scenario } = await lw.call("POST", "/v1/scenarios", { json: { name: said.label, dataset, version, override } });

    return lw.call("POST", `/v1/scenarios/${encodeURIComponent(scenario)}/runs`, { json: { options: asked, label: said.label } });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const override = changes.all();

    if (!override.length) {
      lw.notify("Nothing is changed yet.", "bad");
      return;
    }

    const button = form.querySelector("button[type=submit]");
    button.disabled = true;

    try {
      const run = await planned(Object.fromEntries(new FormData(form)), override);
      location.assign(`/ui/runs/${run.run}`);
    } catch (error) {
      lw.complain(error);
      button.disabled = false;
    }
  });

  changes.fillWith(given.override || []);
  if (options.engine) form.elements.engine.value = options.engine;
  if (options.time_limit) form.elements.time_limit.value = options.time_limit;
})();
