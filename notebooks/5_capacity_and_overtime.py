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
# # Capacity and overtime
#
# **The question.** The paint shop is full before spring. Is overtime worth its 35 EUR
# an hour, and is there a better way to spend money?
#
# Garden gates in two colours, eight weeks, 40 hours a week and up to ten hours of
# overtime. The case is so small that every plan is proven best: differences are no
# accidents.

# %%
import lotwright as lw

data = lw.read("data/paint_shop")
plan = lw.plan(data, engine="mip")
plan

# %% [markdown]
# ## Where is it full?

# %%
lw.plot.load(plan, "PAINT", unit="h")

# %% [markdown]
# Four weeks are full, no overtime is worked, nothing is late: gates are painted ahead
# and wait in stock. `shadow_price` says what one more hour in a week would save.

# %%
weeks = plan.loads.set_index("period_id")
weeks[["capacity", "utilisation", "overtime", "shadow_price"]].round(2)

# %% [markdown]
# ## What is an hour worth?
#
# An hour paints four gates. A gate that is painted a week sooner waits a week more:

# %%
a_week = 4 * 400 * 0.20 * 7 / 365
hour = weeks["shadow_price"].max()
print(
    f"{a_week:.2f} EUR for each week ahead; {hour / a_week:.0f} weeks in the fullest."
)

# %% [markdown]
# One more hour in the fullest week, the seventh, saves painting four gates four weeks
# ahead of their time. Is that true? Give the shop one hour on the Saturday of that
# week, and plan again:

# %%
saturday = data.scenario("one hour on Saturday").insert(
    "resource_capacity", resource_id="PAINT", date="2027-02-20", capacity=1
)
with_hour = lw.plan(lw.apply(saturday), engine="mip")
saved = plan.kpi("cost") - with_hour.kpi("cost")
print(f"One hour was to save {hour:.2f} EUR, and it saves {saved:.2f} EUR.")

# %% [markdown]
# ## At which price is overtime worth it?
#
# Not for 35 EUR. A sweep over its price shows when it is:

# %%
price = lw.Axis(
    target="resources.overtime_cost", values=[35, 25, 15, 5], op="set", name="price"
)
table = lw.sweep(data, price, engine="mip", workers=1)
table[["price", "overtime_hours", "overtime", "holding", "lot", "cost"]].round(2)

# %%
lw.plot.sweep(table, "price", "overtime_hours", unit="h")

# %% [markdown]
# At 25 EUR an hour, a little more than the shadow price, it is worked already: the
# shadow price holds *with the same lots*, and this plan has other ones, two set-ups
# more and less stock. It is a sign-post, and planning again is the proof.
#
# ## What else could be done?
#
# Change colours in one hour instead of two:

# %%
quick = lw.apply(data.scenario("quick").scale("operations.setup_h", 0.5))
quicker = lw.plan(quick, engine="mip")
comparison = lw.compare(plan, quicker, names=("as it is", "quick"), data=(data, quick))
lw.plot.bridge(comparison)

# %%
by_price = table.set_index("price")
assert [35, 0] == [data["resources"]["overtime_cost"].item(), plan.kpi("overtime")]
assert "2027-W07" == weeks["shadow_price"].idxmax()
assert 4 == int((weeks["utilisation"] > 0.999).sum())
assert [24.55, 24.55] == [round(hour, 2), round(saved, 2)]
assert [0, 8, 8] == by_price.loc[[35, 25, 15], "overtime_hours"].round(6).tolist()
assert [21, 101] == (plan.kpi("cost") - by_price.loc[[25, 15], "cost"]).round().tolist()
assert 104 == round(plan.kpi("cost") - quicker.kpi("cost"))
assert 2 == quicker.kpi("orders") - plan.kpi("orders")

# %% [markdown]
# **The answer.** Overtime is not worth 35 EUR an hour: the fullest week would pay 24.55
# EUR for one. At 25 EUR eight hours would save 21 EUR in these eight weeks. Changing
# colours in half the time saves 104 EUR without any overtime: spend the money there.
