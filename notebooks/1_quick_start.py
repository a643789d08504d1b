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
# # Quick start
#
# **The question.** Half a year of orders and forecast is in. What do we make, buy and
# move, what do we start this week, and which promise can we not keep?
#
# The company is the bundled bicycle maker: two plants, a distribution centre, 64 items.
# The first run after installation compiles the fast parts of the program, which takes a
# minute or two, once.

# %%
from pathlib import Path
from tempfile import mkdtemp

import lotwright as lw

data = lw.read("../examples/bikes")
data

# %% [markdown]
# A folder of CSV files has become checked tables. Is anything odd about them? A finding
# would say what, where, and what to do about it.

# %%
lw.check(data)

# %% [markdown]
# ## Make a plan
#
# `mip` weighs everything at once: set-ups against stock, overtime against lateness.
# `work_limit` ends the search after a piece of work instead of a time, so that the plan
# is the same whenever you run this. For a better plan write `time_limit=60` in its
# place.

# %%
plan = lw.plan(data, engine="mip", work_limit=0, time_limit=600)
plan

# %% [markdown]
# The bound says how far the plan can be from the best one: no plan costs less.

# %%
print(f"This plan costs {plan.run.objective:,.0f} EUR.")
print(f"No plan at all costs less than {plan.run.bound:,.0f} EUR.")

# %% [markdown]
# ## Which promise can we not keep?
#
# `fulfilment` says what each of the 290 orders and forecasts gets.

# %%
fulfilment = plan.fulfilment
late = fulfilment[fulfilment["on_time_qty"] < fulfilment["quantity"]]
late[["demand_id", "item_id", "quantity", "late_qty", "due_date", "promised_date"]]

# %%
(order,) = late["demand_id"]
print(plan.why(order))

# %% [markdown]
# Forty cargo bicycles were promised, there are motors for eight of them, and no more
# motors can be here in time. [Why is it late?](2_why_is_it_late.ipynb) goes on from
# here, with what would mend it.
#
# ## What do we start this week?
#
# All that the plan releases in its first seven days. What is bought and made comes
# first.

# %%
orders = plan.orders
this_week = orders[orders["release_date"] < "2026-11-30"].sort_values(
    ["kind", "release_date", "item_id"]
)
this_week[["kind", "item_id", "location_id", "quantity", "release_date", "due_date"]]

# %% [markdown]
# ## Where is it tight?
#
# Light is full. Welding and painting are full for weeks in the season; nothing else is.

# %%
lw.plot.loads(plan)

# %% [markdown]
# Frames are therefore built ahead in the quiet weeks of winter. Bars above the line
# come in, bars below it go out, the line is the stock.

# %%
lw.plot.stock(plan, "FRAME-CITY", "PLANT-N")

# %% [markdown]
# ## Hand it on
#
# A folder of CSV files, and one page that opens in any browser without a network.

# %%
folder = Path(mkdtemp())
plan.write(folder / "plan")
plan.report(folder / "report.html", title="Falken bicycles")
sorted(path.name for path in folder.glob("*"))

# %%
assert 290 == len(fulfilment)
assert 1 == len(late)
assert ["ECARGO-20-WHITE"] == late["item_id"].tolist()
assert [32] == late["late_qty"].tolist()
loads = plan.loads.groupby("resource_id")["utilisation"].max()
assert {"WELD", "PAINT"} == set(loads[loads > 0.95].index)

# %% [markdown]
# **The answer.** We start the orders of `this_week`. Of 290 orders and forecasts, 289
# come in full and on time; 32 of the 40 cargo bicycles come late, for want of motors.
# Welding and painting set the pace: the frames for spring are built in winter.
