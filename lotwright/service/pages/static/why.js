// Why a demand is late: the tree of its causes, what serves it, and what would mend it.
(() => {
  "use strict";

  const { make } = lw;
  const demand = plan.main.dataset.demand;
  const path = `${plan.api}/demands/${encodeURIComponent(demand)}`;
  const days = (number) => `${lw.amount(number)} ${number === 1 ? "day" : "days"}`;
  const unit = (quantity) => lw.amount(quantity);

  function headline(why) {
    const parts = [];
    if (why.late > 0) parts.push(`${unit(why.late)} of ${unit(why.quantity)} late${why.days_late ? ` by up to ${days(why.days_late)}` : ""}`);
    if (why.short > 0) parts.push(`${unit(why.short)} of ${unit(why.quantity)} never`);

    return parts.length ? parts.join(", ") : "All of it comes in time";
  }

  function facts(why) {
    const rows = [
      ["Item", plan.itemLink(why.item_id, why.location_id)],
      ["At", why.location_id],
      ["Wanted", unit(why.quantity)],
      ["Due", why.due || "–"],
      ["In time", unit(why.on_time)],
      ["Late", unit(why.late)],
      ["Never", unit(why.short)],
      ["All of it there on", why.promised || "never"],
    ];

    document.getElementById("facts").replaceChildren(
      ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    );
  }

  // What binds, with the page that shows it.
  function binding(reason) {
    const at = reason.object_id.lastIndexOf("@");

    if (reason.object_kind === "resource") return plan.resourceLink(reason.object_id, reason.period_id);
    if (reason.object_kind === "order") return plan.orderLink(reason.object_id);
    if (reason.object_kind === "item" && at > 0) {
      return plan.link(reason.object_id, plan.address("items/one", { item: reason.object_id.slice(0, at), location: reason.object_id.slice(at + 1) }));
    }

    return reason.object_id;
  }

  function step(links, place) {
    if (place >= links.length) return null;

    const { text, days: added, order_id } = links[place];
    const delay = added === null ? make("span", { class: "tag bad" }, "✗ never") : added ? make("span", { class: "tag warn" }, `▲ +${days(added)}`) : null;
    const name = order_id ? make("a", { href: plan.address("pegging", { of: order_id }) }, text) : text;
    const below = step(links, place + 1);

    return make("li", {}, make("span", {}, name), " ", delay, below ? make("ul", {}, below) : null);
  }

  function rival(each) {
    const how = each.days === null || each.days === undefined ? "" : each.days ? `, ${days(each.days)} late` : ", in time";

    return make("li", {}, plan.demandLink(each.demand_id), `: ${unit(each.quantity)}`, how);
  }

  function cause(reason) {
    const where = reason.period_id ? ` in ${reason.period_id}` : "";
    const by = reason.days === null ? "never" : days(reason.days);
    const body = [
      make("h3", {}, `${reason.rank}. ${reason.meaning}`),
      make("p", {}, `${reason.object_kind} `, binding(reason), `${where}: ${unit(reason.quantity)} by ${by}`, make("span", { class: "muted" }, ` (${reason.code})`)),
      reason.chain.length ? make("ul", { class: "tree" }, step(reason.chain, 0)) : null,
      make("p", { class: "remark" }, make("strong", {}, "What would help: "), reason.hint),
    ];

    if (reason.earliest_date) body.splice(2, 0, make("p", {}, `Delivered on ${reason.earliest_date}.`));
    if (reason.instead?.length) body.push(make("p", { class: "muted" }, "Had it instead:"), make("ul", {}, ...reason.instead.map(rival)));

    return make("li", { class: "card" }, ...body.filter(Boolean));
  }

  function serving(rows) {
    plan.local(document.getElementById("serving"), rows, [
      plan.columns.number("Quantity", "quantity", { width: 110 }),
      plan.columns.text("There on", "date", { width: 120 }),
      { title: "Supply", field: "text", minWidth: 260, formatter: (cell) => {
        const row = cell.getData();
        return row.supply_id ? plan.link(row.text, plan.address("pegging", { of: row.supply_id })) : row.text;
      } },
    ], { layout: "fitColumns", placeholder: "Nothing serves it.", maxHeight: "40vh" });
  }

  async function show() {
    const why = await lw.call("GET", `${path}/why`);
    const head = document.getElementById("headline");
    head.replaceChildren(plan.tag(why.is_in_time ? "in time" : why.short > 0 ? "error" : "warning"), ` ${headline(why)}`);
    head.firstChild.lastChild.textContent = why.is_in_time ? " in time" : why.short > 0 ? " short" : " late";
    facts(why);

    const reasons = document.getElementById("reasons");
    if (why.reasons.length) reasons.replaceChildren(...why.reasons.map(cause));
    else reasons.replaceWith(make("p", { class: "empty" }, "Nothing delays it."));

    document.getElementById("mend")?.toggleAttribute("hidden", why.is_in_time);
    serving(why.served_by);
    document.getElementById("plain").textContent = why.text;
  }

  // Fixes are planned one by one, which takes a while: a job.
  async function mend(button) {
    const list = document.getElementById("fixes");
    button.disabled = true;
    list.replaceChildren(make("p", { class: "muted", role: "status" }, "Each change is planned to see what it does; this takes up to a minute or two …"));

    try {
      const { job } = await lw.call("POST", `${path}/fixes`);
      let found;

      do {
        await new Promise((wake) => setTimeout(wake, 1000));
        found = await lw.call("GET", `/v1/jobs/${job}`);
      } while (["queued", "running"].includes(found.status));

      if (found.status !== "succeeded") throw new lw.Problem(0, { title: found.error?.text || "It could not be found out." });

      showFixes(list, found.result.fixes);
    } catch (error) {
      list.replaceChildren();
      lw.complain(error);
    } finally {
      button.disabled = false;
    }
  }

  // The change as a what-if of its own, on top of what the run changed already.
  function tried(fix) {
    const button = make("button", { type: "button" }, "Plan it");
    const { dataset, version } = plan.main.dataset;
    const label = fix.text.slice(0, 180);

    button.addEventListener("click", async () => {
      button.disabled = true;

      try {
        const given = lw.data("given").override || [];
        const scenario = { name: label, override: [...given, ...fix.scenario.override] };
        const run = await lw.call("POST", "/v1/runs", { json: { dataset, version, label, options: lw.data("options"), scenario } });
        location.assign(`/ui/runs/${run.run}`);
      } catch (error) {
        lw.complain(error);
        button.disabled = false;
      }
    });

    return button;
  }

  function showFixes(list, fixes) {
    if (!fixes.length) {
      list.replaceChildren(make("p", { class: "empty" }, "No change that was tried helps."));
      return;
    }

    const row = (fix) => {
      const money = Math.round(fix.cost);
      const sign = { "in time": "good", sooner: "warn" }[fix.help] || "";

      return make("tr", {},
        make("td", {}, fix.text),
        make("td", { class: "tight" }, make("span", { class: `tag ${sign}` }, `${{ "in time": "✓", sooner: "▲" }[fix.help] || "◌"} ${fix.help}`)),
        make("td", { class: "number" }, money ? lw.amount(money) : "0"),
        make("td", { class: "number" }, lw.amount(Math.round(fix.saves))),
        make("td", { class: "tight" }, fix.promised || "–"),
        make("td", {}, fix.scenario.override?.length ? tried(fix) : ""),
      );
    };
    const head = ["What to do", "Then it is", plan.inMoney("Costs"), plan.inMoney("Saves in service"), "All of it there on", "Plan"];
    const table = make("table", { class: "plain" },
      make("thead", {}, make("tr", {}, ...head.map((name, place) => make("th", { scope: "col", class: place === 2 || place === 3 ? "number" : "" }, name)))),
      make("tbody", {}, ...fixes.map(row)),
    );
    list.replaceChildren(make("div", { class: "scroll" }, table));
  }

  const button = document.getElementById("find-fixes");
  button?.addEventListener("click", () => mend(button));

  show().catch(lw.complain);
  plan.figure(document.getElementById("chain"), "chain", { demand }, ([order]) => {
    if (order && order !== demand) location.assign(plan.address("pegging", { of: order }));
  });
})();
