# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: -all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -jupytext.text_representation.jupytext_version
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lot sizes, set-ups and cost
#
# **The question.** Every delivery of boxes costs 500 EUR, and a box in stock overnight
# costs 2 EUR. We need 90, 120, 80 and 70 of them on four days. Order each day, all at
# once, or something between?
#
# A case so small that it can be done by hand shows what the optimiser does with large
# ones.

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import lotwright as lw

days = pd.date_range("2026-11-23", periods=4)
demands = pd.DataFrame(
    {
        "demand_id": ["MON", "TUE", "WED", "THU"],
        "kind": "order",
        "item_id": "BOX",
        "location_id": "SHOP",
        "quantity": [90, 120, 80, 70],
        "due_date": days,
    }
)
supplier = {
    "source_id": "BUY",
    "item_id": "BOX",
    "location_id": "SHOP",
    "kind": "buy",
    "lead_time_days": 0,
    "order_cost": 500,
}

# %% [markdown]
# Tables of a row each say the rest: four days, one item, one place, nothing in stock.

# %%
rows = {
    "dataset": {"as_of": days[0], "bucket_scheme": "4d"},
    "items": {"item_id": "BOX", "base_uom": "pcs"},
    "locations": {"location_id": "SHOP", "kind": "store"},
    "policies": {"item_id": "BOX", "holding_cost": 2},
    "inventory": {"item_id": "BOX", "location_id": "SHOP", "quantity": 0},
    "sources": supplier,
}
tables = {name: pd.DataFrame([row]) for name, row in rows.items()}
data = lw.PlanningData.from_frames({**tables, "demands": demands})

# %% [markdown]
# ## By hand
#
# Four deliveries and no stock, or one delivery and stock for three nights:

# %%
each_day = 4 * 500
at_once = 500 + 2 * (1 * 120 + 2 * 80 + 3 * 70)
print(each_day, at_once)

# %% [markdown]
# ## By optimisation

# %%
plan = lw.plan(data, engine="mip")
plan.orders[["kind", "item_id", "quantity", "due_date", "cost"]]

# %% [markdown]
# Two deliveries: Monday's is for Tuesday too, Wednesday's for Thursday. That is 1,000
# for deliveries, and 2 × 120 + 2 × 70 = 380 for two nights: 1,380, and the bound proves
# that nothing is cheaper.

# %%
print(f"{plan.run.objective:,.0f}, and no plan below {plan.run.bound:,.0f}")
lw.plot.stock(plan, "BOX", "SHOP")

# %% [markdown]
# ## By rules of thumb
#
# MRP has the classic lot rules. Three of these find the best lots here; the one of
# Wagner and Whitin finds them always, for a single item without limits of capacity.

# %%
rules = ["lot_for_lot", "silver_meal", "part_period", "period_order_quantity"]
rules += ["least_unit_cost", "wagner_whitin"]
costs = {}

for rule in rules:
    ruled = lw.apply(data.scenario(rule).set("policies.lot_rule", rule))
    costs[rule] = lw.plan(ruled, engine="mrp").kpi("cost")

pd.Series(costs, name="cost").sort_values()

# %% [markdown]
# ## What the optimiser solves
#
# The same as a file that you can read, and that any solver can solve. Each day has a
# quantity, a switch `setup` that is 0 or 1, and a stock. First stands what is to be as
# little as possible: set-ups and stock, and what it would cost to serve late or never.

# %%
file = lw.export(data, Path(mkdtemp()) / "box.lp")
aim, _, rest = file.read_text().partition("Subject To\n")
print(aim)

# %% [markdown]
# Then the rules. `stock_balance`: what is there in the morning and comes in is handed
# out or there in the evening. `demand`: what is wanted is served, late or lost.
# `lot_open`: nothing comes in on a day unless its switch is on.

# %%
print(rest.partition("Bounds")[0])

# %% [markdown]
# ## When a machine makes them
#
# A paint shop makes garden gates in two colours: a quarter of an hour for a gate, two
# hours and 60 EUR for changing the colour. A gate is worth 400 EUR, and to hold one for
# a week costs 1.53 EUR. Now lots cost time, too.

# %%
shop = lw.read("data/paint_shop")
holding = 400 * 0.20 / 365 * 7
lots = lw.plan(shop, engine="mip")
lots.orders.pivot_table("quantity", "item_id", "period_id", aggfunc="sum").fillna(0)

# %% [markdown]
# In three of the four weeks that are full, the shop paints one colour only, and wins
# two hours by it. The chart shows set-ups apart from run time.

# %%
lw.plot.load(lots, "PAINT", unit="h")

# %% [markdown]
# What does it cost that painting has a limit? Without one, a colour is painted a week
# ahead only where holding the gates costs less than the 60 EUR of another set-up.

# %%
free = lw.apply(shop.scenario("no limit").set("resources.kind", "infinite"))
unlimited = lw.plan(free, engine="mip")
comparison = lw.compare(lots, unlimited, names=("as it is", "no limit"))
lw.plot.bridge(comparison)

# %% [markdown]
# And if the colour were changed in half the time, for the same 60 EUR?

# %%
quick = lw.apply(shop.scenario("quick").scale("operations.setup_h", 0.5))
quicker = lw.plan(quick, engine="mip")
saved = lots.kpi("cost") - quicker.kpi("cost")
print(f"{lots.kpi('cost'):,.0f} EUR become {quicker.kpi('cost'):,.0f} EUR.")

# %%
assert [2000, 1480] == [each_day, at_once]
assert [1380, 1380] == [round(plan.run.objective), round(plan.run.bound)]
assert [210, 150] == plan.orders["quantity"].tolist()
best = sorted(rule for rule, cost in costs.items() if abs(cost - 1380) < 0.01)
assert ["least_unit_cost", "period_order_quantity", "wagner_whitin"] == best
full = lots.loads[lots.loads["utilisation"] > 0.999]
assert [2, 2, 2, 4] == full["setup"].tolist()
assert 1.53 == round(holding, 2)
assert 60 > 30 * holding
assert unlimited.kpi("cost") < lots.kpi("cost")
assert [104, 2] == [round(saved), quicker.kpi("orders") - lots.kpi("orders")]

# %% [markdown]
# **The answer.** Order 210 boxes for Monday and 150 for Wednesday: that costs 1,380
# EUR, against 2,000 for an order each day and 1,480 for one order. The optimiser weighs
# the same everywhere: what a lot costs, in money and in hours, against what stock
# costs. Where hours are scarce, quicker set-ups are worth money: half the time makes
# two more lots worth their while, and saves the paint shop 104 EUR in eight weeks.
