"""
What a plan consists of.
"""

from __future__ import annotations

from lotwright.model.schema import (
    Direction,
    Table,
    choice,
    day,
    flag,
    integer,
    key,
    number,
    text,
)

PLANNED_ORDERS = Table(
    name="planned_orders",
    meaning="What to make, buy and transfer, and when.",
    direction=Direction.OUTPUT,
    columns=(
        key("order_id", "Stable identifier, made from item, location, source, period."),
        choice("kind", "What kind of order it is.", "make buy transfer", required=True),
        text("item_id", "Item.", required=True),
        text("location_id", "Where it is received.", required=True),
        text("source_id", "Source that it uses."),
        text("supplier_id", "Who sells it."),
        text("from_location_id", "Where a transfer comes from."),
        text("routing_id", "How it is made."),
        text("bom_id", "What it is made of."),
        number("quantity", "How much.", unit="base unit", required=True),
        text("uom", "The base unit."),
        text("period_id", "Bucket in which it is received."),
        day("release_date", "When it is released."),
        day("start_date", "When it starts."),
        day("due_date", "When it is received.", required=True),
        day("available_date", "When it may be used: after the receipt margin."),
        day("requested_date", "When it is first needed."),
        number("delay_days", "Due date less requested date.", unit="calendar days"),
        choice("status", "How firm it is.", "planned approved firmed"),
        flag("locked", "Whether it must stay as it is."),
        number("lots", "Lots that it is made in, each with its own set-up."),
        number("setup", "Set-up that it takes.", unit="h or capacity_unit"),
        number("cost", "What it costs.", unit="money"),
        choice(
            "reason",
            "Why it is there.",
            "demand safety minimum_lot pre_build rounding",
        ),
        choice("engine", "What planned it.", "mip lp mrp"),
        day("firm_by", "Last day to decide on it."),
    ),
)

ORDER_COMPONENTS = Table(
    name="order_components",
    meaning="What a planned order needs; negative is a by-product.",
    direction=Direction.OUTPUT,
    columns=(
        key("order_id", "Planned order."),
        key("component_id", "Component."),
        text("location_id", "Where it is taken from.", key=True, required=True),
        number("quantity", "How much, scrap included.", unit="base unit"),
        day("need_date", "When.", key=True),
        number("scrap", "How much of it is scrap.", unit="base unit"),
    ),
)

ORDER_OPERATIONS = Table(
    name="order_operations",
    meaning="The work of a planned order on one resource.",
    direction=Direction.OUTPUT,
    columns=(
        key("order_id", "Planned order."),
        integer("seq", "Place in the routing.", key=True, required=True),
        text("resource_id", "Resource or group.", key=True, required=True),
        text("period_id", "Bucket in which it is done.", key=True, required=True),
        number("hours", "Run time.", unit="h or capacity_unit"),
        number(
            "setup_h",
            "Set-up time; that of a set-up group stands at its first work of a period, "
            "and a set-up carried over is none.",
            unit="h or capacity_unit",
        ),
        number("cost", "What it costs.", unit="money"),
    ),
)

PEGGING = Table(
    name="pegging",
    meaning="Which supply serves which need, level by level up to the demand.",
    direction=Direction.OUTPUT,
    columns=(
        choice(
            "supply_kind",
            "What supplies: stock, an open order by its kind, a planned order, or "
            "nothing.",
            "stock purchase production transfer requisition in_transit planned "
            "shortage",
        ),
        text("supply_id", "Open or planned order; blank for stock."),
        text("lot_id", "Lot on hand."),
        choice(
            "demand_kind",
            "What needs: a demand by its kind, an order for its components, or stock "
            "that is kept or left over.",
            "order forecast transfer safety campaign requisition open_order planned "
            "excess",
        ),
        text("demand_id", "Demand or order that needs it."),
        text("top_demand_id", "Independent demand at the top of the chain."),
        integer("level", "Steps below that demand; 0 serves it.", minimum=0),
        text("item_id", "Item.", required=True),
        text("location_id", "Where.", required=True),
        number("quantity", "How much.", unit="base unit", required=True),
        day("supply_date", "When it is there."),
        day("need_date", "When it is needed."),
        number("slack_days", "Need date less supply date.", unit="calendar days"),
        flag("hard", "Whether the link was given, not found."),
    ),
)

DEMAND_FULFILMENT = Table(
    name="demand_fulfilment",
    meaning="How a demand is served.",
    direction=Direction.OUTPUT,
    columns=(
        key("demand_id", "Demand."),
        number("quantity", "How much is wanted.", unit="base unit"),
        day("due_date", "When it is wanted."),
        number("on_time_qty", "Served in time.", unit="base unit"),
        number("late_qty", "Served late.", unit="base unit"),
        number("short_qty", "Never served.", unit="base unit"),
        day("first_date", "First delivery."),
        day("last_date", "Last delivery."),
        day("promised_date", "When all of it is there; blank when never."),
        number(
            "days_late",
            "Last late delivery less due date; 0 where all of it comes in time, blank "
            "where nothing comes late and some of it never.",
            unit="calendar days",
        ),
        number("value_late", "Value served late or never.", unit="money"),
        text("root_cause_code", "Code of the cause."),
        text("item_id", "Item."),
        text("location_id", "Where."),
    ),
)

DELIVERIES = Table(
    name="deliveries",
    meaning="A part of a demand that is served or lost in a bucket.",
    direction=Direction.OUTPUT,
    columns=(
        key("demand_id", "Demand."),
        text("period_id", "Bucket; blank beyond the horizon.", key=True),
        day("date", "When.", key=True),
        number("quantity", "How much.", unit="base unit", required=True),
        choice("status", "Served or lost.", "served lost", key=True, required=True),
        text("item_id", "Item.", required=True),
        text("location_id", "Where.", required=True),
    ),
)

INVENTORY_PROJECTION = Table(
    name="inventory_projection",
    meaning="Stock of an item at a location through one bucket.",
    direction=Direction.OUTPUT,
    columns=(
        key("item_id", "Item."),
        key("location_id", "Where."),
        key("period_id", "Bucket."),
        number("start", "Stock at its start.", unit="base unit"),
        number("receipts_open", "Received from open orders.", unit="base unit"),
        number("receipts_planned", "Received from planned orders.", unit="base unit"),
        number("issues_independent", "Delivered.", unit="base unit"),
        number("issues_dependent", "Issued to orders.", unit="base unit"),
        number("expired", "Scrapped by age.", unit="base unit"),
        number("end", "Stock at its end.", unit="base unit"),
        number("backlog", "Demand late at its end.", unit="base unit"),
        number("waiting", "Needs of open orders late at its end.", unit="base unit"),
        number("safety_stock", "Stock to keep.", unit="base unit"),
        number("max_stock", "Largest stock.", unit="base unit"),
        number("days_of_cover", "How long the stock lasts.", unit="calendar days"),
        number("atp", "Still available to promise.", unit="base unit"),
        number("value", "What the stock is worth.", unit="money"),
        number(
            "shadow_price",
            "What one more unit, received for nothing, would save with the same lots.",
            unit="money/base unit",
        ),
    ),
)

CAPACITY_LOAD = Table(
    name="capacity_load",
    meaning="Load of a resource in one bucket.",
    direction=Direction.OUTPUT,
    columns=(
        key("resource_id", "Resource or group."),
        key("period_id", "Bucket."),
        number("capacity", "Without overtime.", unit="capacity_unit"),
        number("load_open", "Of open orders.", unit="capacity_unit"),
        number("load_planned", "Run time of planned orders.", unit="capacity_unit"),
        number(
            "setup",
            "Set-up of planned orders, for each lot and each set-up group.",
            unit="capacity_unit",
        ),
        number(
            "changeover_cost",
            "What opening set-up groups costs, less what set-ups carried over save.",
            unit="money",
        ),
        number("overtime", "Overtime used.", unit="capacity_unit"),
        number("overtime_max", "Overtime there is.", unit="capacity_unit"),
        number("overload", "Beyond all overtime.", unit="capacity_unit"),
        number("utilisation", "Load per capacity.", unit="fraction"),
        number(
            "shadow_price",
            "What one more unit would save with the same lots.",
            unit="money/capacity_unit",
        ),
    ),
)

EXPLANATIONS = Table(
    name="explanations",
    meaning="One cause of a late or short demand.",
    direction=Direction.OUTPUT,
    columns=(
        key("demand_id", "Demand."),
        integer("rank", "1 is the cause that costs most.", key=True, required=True),
        text("cause_code", "Code of the cause.", required=True),
        text("object_kind", "What causes it: item, order, resource, supplier, …."),
        text("object_id", "Which one."),
        text("period_id", "Bucket."),
        number("quantity", "How much it delays.", unit="base unit"),
        number(
            "days",
            "By how much; the steps of a path add up to the delay of the demand. Blank "
            "where it is never there.",
            unit="calendar days",
        ),
        day("earliest_date", "Date of the delivery; blank where there is none."),
        text("fix_hint", "What would mend it."),
        text(
            "path", "From the demand to the cause, with the days that each step adds."
        ),
    ),
)

ACTION_MESSAGES = Table(
    name="action_messages",
    meaning="What to change about an open order.",
    direction=Direction.OUTPUT,
    columns=(
        key("supply_id", "Open order."),
        choice(
            "action",
            "What to do.",
            "expedite defer split increase decrease cancel release_now change_source",
            key=True,
            required=True,
        ),
        text("item_id", "Item."),
        text("location_id", "Where it is received."),
        day("from_date", "Date now."),
        day(
            "to_date",
            "Date wanted, the same in all messages on an order but for a split; blank "
            "where the order is not wanted.",
        ),
        number("from_qty", "Quantity now.", unit="base unit"),
        number(
            "to_qty",
            "Quantity wanted, the same in all messages on an order; for a split, of "
            "the part that is to come earlier, and of the rest where that is deferred.",
            unit="base unit",
        ),
        number(
            "benefit",
            "What it saves: being late or short, holding, or another order.",
            unit="money",
        ),
        text("derived_from", "Open order whose message this one follows from."),
        text("demand_ids", "Demands that gain by it or are served so, at most 20."),
        text("text", "What to do, and why."),
    ),
)

FINDINGS = Table(
    name="findings",
    meaning="What a planner should know about the data or the plan.",
    direction=Direction.OUTPUT,
    columns=(
        text("run_id", "Run."),
        text("code", "Code of the catalogue.", required=True),
        choice(
            "severity",
            "How much it matters.",
            "info warning degraded ignored error",
            required=True,
        ),
        text("table", "Table that it is about."),
        text("key", "Key of the row."),
        text("column", "Column."),
        integer("row", "Line of the input file."),
        text("text", "What was found.", required=True),
        number("value", "Money at stake.", unit="money"),
        text("hint", "What would mend it."),
        integer("count", "How many rows it stands for."),
    ),
)

KPIS = Table(
    name="kpis",
    meaning="One figure of the plan.",
    direction=Direction.OUTPUT,
    columns=(
        key("name", "Name of the figure."),
        number("value", "Its value."),
        text("unit", "Its unit."),
        text(
            "scope",
            "What it covers: all, or location, group or planner with its name.",
            key=True,
        ),
        text("definition", "How it is computed."),
    ),
)

RUN_STATS = Table(
    name="run_stats",
    meaning="Record of the run; one row.",
    direction=Direction.OUTPUT,
    single_row=True,
    columns=(
        text("run_id", "Run."),
        text("engine_asked", "Engine asked for."),
        text("engine_used", "Engine used."),
        text("status", "Why it stopped."),
        number("objective", "Cost of the plan.", unit="money"),
        number("bound", "No plan costs less.", unit="money"),
        number("gap", "(objective - bound) / objective.", unit="fraction"),
        text("terms", "Objective by term, as JSON."),
        integer("rows", "Rows of the model."),
        integer("columns", "Columns of the model."),
        integer("binaries", "Integer columns of the model."),
        integer("nodes", "Nodes of the search."),
        text("phases", "Seconds by phase, as JSON."),
        number("peak_mb", "Most memory used.", unit="MB"),
        integer("threads", "Threads used."),
        integer("seed", "Seed of the search."),
        text("limit_kind", "Limit that stopped it."),
        text("versions", "Versions of the programs, as JSON."),
        text("data_version", "Fingerprint of the data."),
        text("incumbents", "Plans found: time, value, bound, as JSON."),
    ),
)

#: The tables of this file, in the manual's order.
PLAN_TABLES = (
    PLANNED_ORDERS,
    ORDER_COMPONENTS,
    ORDER_OPERATIONS,
    PEGGING,
    DEMAND_FULFILMENT,
    DELIVERIES,
    INVENTORY_PROJECTION,
    CAPACITY_LOAD,
    EXPLANATIONS,
    ACTION_MESSAGES,
    FINDINGS,
    KPIS,
    RUN_STATS,
)
