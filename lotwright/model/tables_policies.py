"""
How items are planned: policies, safety stock, costs and scenarios.
"""

from __future__ import annotations

from lotwright.model.schema import (
    Column,
    Direction,
    KnownAs,
    Table,
    choice,
    day,
    flag,
    ident,
    integer,
    key,
    number,
    text,
)
from lotwright.model.tables_master import ORIGIN
from lotwright.model.tables_sourcing import LOT_RULES

_MRP_ONLY = "MRP follows it; optimisation sets order dates and lot sizes by cost."
_NO_REACH = "MRP follows it; optimisation leaves out demand beyond it, and no more."
_ADVICE = "It counts for the advice that comes with an MRP plan."
_NO_MARGINS = "MRP adds it to lead times; optimisation plans without."
_NO_LIMIT = "MRP follows it; in an optimised plan cost decides what serves what."
_WHOLE_PLAN = "The whole plan."


def _margin(name: str, meaning: str) -> Column:
    return number(name, meaning, unit="working days", minimum=0, default=0.0).degraded(
        _NO_MARGINS
    )


def _fence(name: str, meaning: str) -> Column:
    return number(name, meaning, unit="calendar days", minimum=0, default=0.0)


def _reach(name: str, meaning: str, note: str) -> Column:
    return number(
        name, meaning, unit="calendar days", minimum=0, default_note=_WHOLE_PLAN
    ).degraded(note)


def _advice(name: str, meaning: str) -> Column:
    return number(name, meaning, unit="calendar days", minimum=0, default=0.0).degraded(
        _ADVICE
    )


POLICIES = Table(
    name="policies",
    meaning="How an item is planned; column by column the most specific row wins: "
    "item and location, item, group and location, group, location, all.",
    direction=Direction.INPUT,
    ordered=(("min_lot", "max_lot"),),
    known_as=KnownAs(
        d365="ReqItemCoverageSettingsV2, ReqItemCoverageGroup",
        sap="MARC, MDMA",
        frepple="inventoryplanning, buffer",
    ),
    columns=(
        ident("item_id", "Item.", "items.item_id", key=True),
        text("item_group", "Group of items.", key=True),
        ident("location_id", "Where.", "locations.location_id", key=True),
        choice(
            "lot_rule",
            "How MRP makes orders of needs.",
            LOT_RULES,
            default="lot_for_lot",
        ).degraded(
            "MRP follows it, `optimise` as `lot_for_lot`; optimisation follows none "
            "and sets lot sizes by cost."
        ),
        number(
            "period_days",
            "Days that one order covers.",
            unit="calendar days",
            above=0,
            default=7.0,
        ).degraded(_MRP_ONLY),
        number(
            "reorder_point",
            "Stock below which `min_max` orders.",
            unit="base unit",
            minimum=0,
            default_note="The safety stock.",
        ).degraded(_MRP_ONLY),
        number(
            "order_up_to",
            "Stock up to which `min_max` orders.",
            unit="base unit",
            minimum=0,
            default_note="The largest stock, else the reorder point.",
        ).degraded(_MRP_ONLY),
        number(
            "safety_stock",
            "Stock to keep.",
            unit="base unit",
            minimum=0,
            default=0.0,
        ),
        number(
            "safety_days",
            "Stock to keep, as the demand of the coming days.",
            unit="calendar days",
            minimum=0,
            default=0.0,
        ),
        text("safety_method", "How the safety stock is found.").degraded(
            "The larger of `safety_stock` and `safety_days` is kept."
        ),
        number(
            "safety_penalty",
            "Cost of a unit below safety stock for a day.",
            unit="money/base unit/day",
            minimum=0,
            default_note="5 x holding.",
        ),
        number(
            "holding_cost",
            "Cost of a unit in stock for a day.",
            unit="money/base unit/day",
            minimum=0,
            default_note="`items.unit_cost` x `costs.holding_rate_per_year` / 365.",
        ),
        number(
            "max_stock",
            "Largest stock.",
            unit="base unit",
            minimum=0,
            default_note="No limit.",
        ),
        number(
            "excess_penalty",
            "Cost of a unit above the largest stock for a day.",
            unit="money/base unit/day",
            minimum=0,
            default_note="5 x holding.",
        ),
        number(
            "end_stock",
            "Stock to have at the end of the plan.",
            unit="base unit",
            minimum=0,
            default_note="None is asked for.",
        ),
        number(
            "end_stock_penalty",
            "Cost of a unit that is missing to it.",
            unit="money/base unit",
            minimum=0,
            default_note="What a unit is worth or costs to supply, whichever is more, "
            "and 5 x holding through the plan.",
        ),
        number(
            "min_lot",
            "Smallest order.",
            unit="base unit",
            minimum=0,
            default_note="That of the source, which beats it.",
        ),
        number(
            "max_lot",
            "Largest order.",
            unit="base unit",
            above=0,
            default_note="That of the source, which beats it.",
        ),
        number(
            "lot_multiple",
            "Orders are whole multiples of it.",
            unit="base unit",
            above=0,
            default_note="That of the source, which beats it.",
        ),
        _reach("planning_fence_days", "How far the item is planned.", _NO_REACH),
        _fence("freeze_fence_days", "How long nothing new is received."),
        _fence("firm_fence_days", "How long orders are firmed by themselves."),
        _reach("action_fence_days", "How far advice on open orders is given.", _ADVICE),
        number(
            "explosion_fence_days",
            "How far needs are exploded.",
            unit="calendar days",
            minimum=0,
            default_note=_WHOLE_PLAN,
        ).ignored("Needs are exploded as far as the item is planned."),
        number(
            "negative_days",
            "How much later than an order made today a supply may be and still serve.",
            unit="calendar days",
            minimum=0,
            default=0.0,
        ).degraded(_NO_LIMIT),
        number(
            "positive_days",
            "How early a supply may be and still serve.",
            unit="calendar days",
            minimum=0,
            default_note="No limit.",
        ).degraded(_NO_LIMIT),
        flag(
            "positive_days_dynamic",
            "Whether that limit binds only needs beyond the lead time.",
            default=False,
        ).degraded(_NO_LIMIT),
        _margin("receipt_margin_days", "From receipt to use."),
        _margin("issue_margin_days", "From issue to need."),
        _margin("reorder_margin_days", "From decision to release."),
        _advice(
            "advance_margin_days",
            "Advice to advance by no more than this is kept back.",
        ),
        _advice(
            "postpone_margin_days",
            "Advice to postpone by no more than this is kept back.",
        ),
        number(
            "service_target",
            "Part of demand to serve in time.",
            unit="fraction",
            minimum=0,
            maximum=1,
        ).ignored("Safety stock is not computed from it."),
        flag("allow_backorder", "Whether demand may be late.", default=True),
        flag(
            "strict_safety",
            "Whether safety stock is kept from demand.",
            default=False,
        ).degraded("MRP keeps it; in an optimised plan demand comes first."),
        flag(
            "fefo", "Whether what expires first is used first.", default=True
        ).degraded("MRP follows it; in an optimised plan it always is."),
        text("planner_id", "Who plans it.").info(),
        *ORIGIN,
    ),
)

SAFETY_STOCK_BY_PERIOD = Table(
    name="safety_stock_by_period",
    meaning="Safety stock that changes with time, in a period or from a date until the "
    "next one; beats the policy.",
    direction=Direction.INPUT,
    one_of=(("period_id", "date"), ("quantity", "factor")),
    known_as=KnownAs(d365="minimum keys", frepple="minimum_calendar"),
    columns=(
        key("item_id", "Item.", "items.item_id"),
        key("location_id", "Where.", "locations.location_id"),
        ident("period_id", "Period.", "periods.period_id", key=True),
        day("date", "First day on which it holds, where no period is given.", key=True),
        number(
            "quantity",
            "Stock to keep.",
            unit="base unit",
            minimum=0,
            default_note="`factor` x `policies.safety_stock`.",
        ),
        number("factor", "Part of the policy's safety stock to keep.", minimum=0),
        *ORIGIN,
    ),
)

COSTS = Table(
    name="costs",
    meaning="Default costs; a row without item, group and location is for all.",
    direction=Direction.INPUT,
    known_as=KnownAs(sap="LOSFX, LAGPR"),
    columns=(
        ident("item_id", "Item.", "items.item_id", key=True),
        text("item_group", "Group of items.", key=True),
        ident("location_id", "Where.", "locations.location_id", key=True),
        number(
            "holding_rate_per_year",
            "Cost of holding for a year, per value.",
            unit="fraction",
            minimum=0,
            default=0.20,
        ),
        number(
            "late_cost",
            "Cost of a day late, per value of the goods.",
            unit="fraction/day",
            minimum=0,
            default=0.01,
        ),
        number(
            "lost_cost",
            "Cost of a unit never delivered, where the demand does not say.",
            unit="money/base unit",
            minimum=0,
            default_note="More than any lateness inside the plan.",
        ),
        number(
            "overtime_factor",
            "Price of overtime, per cost rate of the resource.",
            unit="fraction",
            minimum=0,
            default=0.5,
        ),
        number(
            "change_cost",
            "Cost of a unit moved against the reference plan.",
            unit="money/base unit",
            minimum=0,
            default=0.0,
        ).degraded(
            "Optimisation follows it; MRP counts what it costs and does not save it."
        ),
        number(
            "obsolescence",
            "Value lost in a year, per value.",
            unit="fraction",
            minimum=0,
            default=0.0,
        ).ignored("The holding rate counts alone."),
        *ORIGIN,
    ),
)

_NO_BASE = (
    "They are scenarios and no part of the base; plan them by `lw.scenarios_in(data)`."
)

OVERRIDES = Table(
    name="overrides",
    meaning="One change of a scenario to another table.",
    direction=Direction.INPUT,
    known_as=KnownAs(frepple="full copy"),
    columns=(
        key("scenario_id", "Scenario."),
        integer("seq", "Place in the scenario.", key=True, required=True, minimum=0),
        text("table", "Table that changes.", required=True).ignored(_NO_BASE),
        text("key", "Key of the row, as JSON where it has several cells.").ignored(
            _NO_BASE
        ),
        text("where", "Condition on the rows, instead of a key.").ignored(_NO_BASE),
        text("column", "Column that changes.").ignored(_NO_BASE),
        choice(
            "op", "What is done.", "set add multiply delete insert", default="set"
        ).ignored(_NO_BASE),
        text("value", "With what; new rows as JSON.").ignored(_NO_BASE),
        text("note", "Why.").info(),
        *ORIGIN,
    ),
)

#: The tables of this file, in the manual's order.
POLICY_TABLES = (POLICIES, SAFETY_STOCK_BY_PERIOD, COSTS, OVERRIDES)
