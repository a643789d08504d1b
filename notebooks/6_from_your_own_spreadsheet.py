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
# # From your own spreadsheet
#
# **The question.** Orders, articles and stock are in a workbook of our own, with our
# own headers. How do I get a plan from it, and what if something in it is wrong?
#
# Workbooks need `pip install "lotwright[excel]"`. This stands for yours: a sheet of
# articles, and one of orders. Two cells are wrong on purpose.

# %%
from pathlib import Path
from tempfile import mkdtemp

import fastexcel
import pandas as pd

import lotwright as lw

folder = Path(mkdtemp())
articles = pd.DataFrame(
    [
        ["0101", "Helmet", 28, 59, 20, 10, 40],
        ["0102", "Folding lock", 31, 79, 8, 5, 20],
    ],
    columns=["Article", "Name", "Cost", "Price", "In stock", "Days", "Smallest order"],
)
orders = pd.DataFrame(
    [
        ["A-1", "0101", "12", "2026-11-27"],
        ["A-2", "0102", "30", "2026-12-04"],
        ["A-3", "0101", "25 pcs", "2026-12-11"],
        ["A-4", "0103", "18", "2027-01-15"],
    ],
    columns=["Order", "Article", "Pieces", "Wanted on"],
)

with pd.ExcelWriter(folder / "ours.xlsx", engine="xlsxwriter") as workbook:
    articles.to_excel(workbook, sheet_name="Articles", index=False)
    orders.to_excel(workbook, sheet_name="Orders", index=False)

# %% [markdown]
# ## Read it
#
# Each sheet becomes a frame. Articles keep their leading zeros, for they are text.

# %%
book = fastexcel.read_excel(folder / "ours.xlsx")
sheets = {name: book.load_sheet(name).to_pandas() for name in book.sheet_names}
sheets["Orders"]

# %% [markdown]
# ## Say what the columns are
#
# Five tables make a plan: what there is, where, how it gets there, what is wanted and
# what is in stock. [Tables](../docs/tables.md) has all columns; those that are left out
# have stated defaults.

# %%
ours = sheets["Articles"].assign(location_id="SHOP", base_uom="pcs", kind="buy")
tables = {
    "dataset": pd.DataFrame([{"as_of": "2026-11-23", "currency": "EUR"}]),
    "locations": pd.DataFrame([{"location_id": "SHOP", "kind": "store"}]),
    "items": ours[["Article", "Name", "base_uom", "Cost", "Price"]],
    "inventory": ours[["Article", "location_id", "In stock"]],
    "sources": ours[["Article", "location_id", "kind", "Days", "Smallest order"]],
    "demands": sheets["Orders"].assign(location_id="SHOP", kind="order"),
}
headers = {
    "Article": "item_id",
    "Name": "description",
    "Cost": "unit_cost",
    "Price": "price",
    "In stock": "quantity",
    "Days": "lead_time_days",
    "Smallest order": "min_lot",
    "Order": "demand_id",
    "Pieces": "quantity",
    "Wanted on": "due_date",
}
tables = {name: table.rename(columns=headers) for name, table in tables.items()}
tables["sources"]["source_id"] = "BUY-" + tables["sources"]["item_id"]
tables["sources"]["order_cost"] = 25

# %% [markdown]
# ## Have it checked
#
# The tables become sheets of a workbook, as `lw.template("planning.xlsx")` lays it out,
# and reading it tells all that is wrong at once.

# %%
planning = folder / "planning.xlsx"

with pd.ExcelWriter(planning, engine="xlsxwriter") as workbook:
    for name, table in tables.items():
        table.to_excel(workbook, sheet_name=name, index=False)

try:
    lw.read(planning)
except lw.InputError as error:
    problems = error.problems
    print(error)

# %% [markdown]
# Whoever keeps the workbook may get it back with the cells in red, a comment on each of
# them, and the list on the first sheet:

# %%
marked = lw.mark_problems(planning, problems, folder / "planning-marked.xlsx")
marked.name

# %% [markdown]
# ## Mend it, and plan
#
# 25 without its unit, and 0102 for the article that does not exist.

# %%
demands = tables["demands"].set_index("demand_id")
demands.loc["A-3", "quantity"] = "25"
demands.loc["A-4", "item_id"] = "0102"
data = lw.PlanningData.from_frames({**tables, "demands": demands.reset_index()})
lw.check(data)

# %% [markdown]
# The notes name the defaults that change the plan, and the column that replaces each.

# %%
plan = lw.plan(data, engine="mip")
plan

# %%
plan.orders[["kind", "item_id", "quantity", "release_date", "due_date", "cost"]]

# %% [markdown]
# Why 40 locks, where only 22 are missing for A-2?

# %%
lock = plan.orders.query("item_id == '0102'")
print(plan.why_order(lock["order_id"].iloc[0], data))

# %%
lw.plot.stock(plan, "0102", "SHOP")

# %% [markdown]
# ## Hand it back as a workbook

# %%
plan.write(folder / "plan.xlsx")
lw.write(data, folder / "planning.xlsx")
sorted(path.name for path in folder.glob("*.xlsx"))

# %%
assert ["demands", "demands"] == [problem.table for problem in problems]
assert "optimal" == plan.run.termination
assert [40] == lock["quantity"].tolist()
assert 0 == plan.kpi("late_lines")

# %% [markdown]
# **The answer.** Name the columns as the five tables do, and let `lw.read` say what is
# wrong: here a quantity with its unit, and an article that does not exist. Once they
# are mended, every order can be on time. `plan.xlsx` has what to order, `planning.xlsx`
# the data in a form that needs no renaming next week.
