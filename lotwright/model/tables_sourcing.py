"""
Where supply comes from: sources, suppliers, lanes and substitutes.
"""

from __future__ import annotations

from lotwright.model.schema import (
    Direction,
    KnownAs,
    Table,
    choice,
    flag,
    ident,
    integer,
    key,
    number,
    text,
)
from lotwright.model.tables_making import VALID_FROM, VALID_TO
from lotwright.model.tables_master import CALENDARS, ORIGIN

#: Names of the lot rules, for policies and sources alike.
LOT_RULES = (
    "lot_for_lot fixed period min_max economic optimise eoq period_order_quantity "
    "least_unit_cost part_period silver_meal groff wagner_whitin manual"
)

_LONGEST = (
    "Buckets know no sequence: of the rows to a group that may apply, the one that "
    "takes most counts."
)

_NOT_LEVELLED = "Optimisation follows it; MRP loads it and does not level by it."

_CHEAPEST = "MRP follows it; optimisation takes what is cheapest."

SOURCES = Table(
    name="sources",
    meaning="A way of getting an item at a location: make it, buy it or transfer it.",
    direction=Direction.INPUT,
    beginner=True,
    ordered=(("min_lot", "max_lot"),),
    known_as=KnownAs(
        d365="default order settings, item coverage, trade agreements",
        sap="MARC, EORD, EINA/EINE, quota EQUK",
        frepple="itemsupplier, itemdistribution",
    ),
    columns=(
        key("source_id", "Identifier of the source."),
        ident("item_id", "Item.", "items.item_id", required=True),
        ident(
            "location_id",
            "Where it is received.",
            "locations.location_id",
            required=True,
        ),
        choice("kind", "How it is got.", "make buy transfer", required=True),
        ident(
            "from_location_id",
            "Where a transfer comes from.",
            "locations.location_id",
            default_note="The lane's start.",
        ),
        ident(
            "supplier_id",
            "Who sells it.",
            "suppliers.supplier_id",
            default_note="A supplier without limits.",
        ),
        ident(
            "routing_id",
            "How it is made.",
            "routings.routing_id",
            default_note="Any routing of the item and location, lowest priority first.",
        ),
        ident(
            "bom_id",
            "What it is made of.",
            "boms.bom_id",
            default_note="The routing's bill, else any of the item and location.",
        ),
        ident("lane_id", "Lane that a transfer uses.", "transport_lanes.lane_id"),
        integer("priority", "Lower first, where MRP chooses.", minimum=0, default=1),
        number(
            "share", "Agreed part of the supply.", unit="fraction", minimum=0, maximum=1
        ),
        number(
            "lead_time_days",
            "From release to receipt.",
            unit="working days",
            required=True,
            minimum=0,
        ),
        ident(
            "lead_time_calendar_id",
            "Calendar of the lead time.",
            *CALENDARS,
            default_note="The supplier's or the lane's, else that of the location.",
        ),
        number("min_lot", "Smallest order.", unit="base unit", minimum=0, default=0.0),
        number("max_lot", "Largest order.", unit="base unit", above=0),
        number(
            "lot_multiple",
            "Orders are whole multiples of it.",
            unit="base unit",
            above=0,
        ),
        number("fixed_lot", "Every order is this much.", unit="base unit", above=0),
        choice(
            "lot_rule",
            "How MRP makes orders of needs.",
            LOT_RULES,
        ).degraded(
            "MRP follows the rule of an item's first source, else that of its policy, "
            "and `optimise` as `lot_for_lot`; optimisation follows none and sets lot "
            "sizes by cost."
        ),
        number(
            "order_cost",
            "Cost of a lot or order.",
            unit="money",
            minimum=0,
            default=0.0,
        ),
        number(
            "unit_cost",
            "Cost of making, buying or moving one unit.",
            unit="money/base unit",
            minimum=0,
            default=0.0,
        ),
        ident("price_break_id", "Scale of prices.", "price_breaks.price_break_id"),
        number(
            "capacity_per_period",
            "Most that it supplies in a period.",
            unit="base unit",
            minimum=0,
        ),
        number(
            "capacity_period_days",
            "Length of that period.",
            unit="calendar days",
            above=0,
            default=7.0,
        ),
        VALID_FROM,
        VALID_TO,
        text("incoterm", "Terms of delivery.").info(),
        *ORIGIN,
    ),
)

PRICE_BREAKS = Table(
    name="price_breaks",
    meaning="One step of a scale of prices.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="trade agreements", sap="KONP scales"),
    columns=(
        key("price_break_id", "Identifier of the scale."),
        number(
            "from_quantity",
            "Smallest order with this price.",
            unit="base unit",
            key=True,
            required=True,
            minimum=0,
        ),
        number(
            "unit_cost",
            "Price of one unit.",
            unit="money/base unit",
            minimum=0,
            default_note="That of the source.",
        ),
        choice(
            "scheme",
            "Whether the price holds for the whole order or for what is above.",
            "all_units incremental",
            default="all_units",
        ),
        *ORIGIN,
    ),
)

SUPPLIERS = Table(
    name="suppliers",
    meaning="Who sells to us.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="Vendors", sap="LFA1", frepple="supplier"),
    columns=(
        key("supplier_id", "Identifier of the supplier."),
        text("name", "Name.").info(),
        ident(
            "calendar_id",
            "Working calendar.",
            *CALENDARS,
            default_note="That of the receiving location.",
        ),
        number(
            "max_per_period",
            "Most that it supplies in a period, all items together.",
            unit="base unit",
            minimum=0,
        ),
        number(
            "capacity_period_days",
            "Length of that period.",
            unit="calendar days",
            above=0,
            default=7.0,
        ),
        number("moq_value", "Smallest value of an order.", unit="money", minimum=0),
        number(
            "on_time_rate",
            "Part that comes in time.",
            unit="fraction",
            minimum=0,
            maximum=1,
        ).info("Lead times are planned as given."),
        *ORIGIN,
    ),
)

TRANSPORT_LANES = Table(
    name="transport_lanes",
    meaning="A way of moving goods between two locations.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="transport days", sap="TVRO", frepple="itemdistribution"),
    columns=(
        key("lane_id", "Identifier of the lane."),
        ident("from", "Where it starts.", "locations.location_id", required=True),
        ident("to", "Where it ends.", "locations.location_id", required=True).info(
            "The location of the source counts."
        ),
        text("mode", "Road, rail, sea or air.").info(),
        number(
            "days",
            "Time on the way.",
            unit="working days",
            minimum=0,
        ).ignored("The lead time of the source counts."),
        ident(
            "calendar_id",
            "Calendar of the lane.",
            *CALENDARS,
            default_note="That of the receiving location.",
        ),
        number(
            "capacity",
            "Most that it carries in a period.",
            unit="capacity_unit",
            minimum=0,
        ),
        number(
            "capacity_period_days",
            "Length of that period.",
            unit="calendar days",
            above=0,
            default=7.0,
        ),
        choice(
            "capacity_unit",
            "What the capacity counts.",
            "pieces volume weight",
            default="pieces",
        ),
        number(
            "cost_per_unit",
            "Cost of moving one unit.",
            unit="money/base unit",
            minimum=0,
            default=0.0,
        ),
        number("cost_per_load", "Cost of one load.", unit="money", minimum=0).ignored(
            "Loads are not counted."
        ),
        text("frequency", "When it runs.").ignored("It runs on every open day."),
        *ORIGIN,
    ),
)

SUBSTITUTES = Table(
    name="substitutes",
    meaning="An item that may be used for another.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="item substitution, plan groups",
        sap="discontinuation",
        frepple="alternates",
    ),
    columns=(
        key("item_id", "Item that is asked for.", "items.item_id"),
        key("substitute_id", "Item that may be used.", "items.item_id").degraded(
            "MRP follows it for all needs, optimisation for components of orders."
        ),
        number("ratio", "Substitute for one unit.", above=0, default=1.0),
        integer("priority", "Lower first.", minimum=0, default=1).degraded(_CHEAPEST),
        VALID_FROM,
        VALID_TO,
        flag("use_up", "Whether its stock is used up first.", default=False).degraded(
            _CHEAPEST
        ),
        *ORIGIN,
    ),
)

CHANGEOVERS = Table(
    name="changeovers",
    meaning="Set-up of a resource for a group of operations, besides that of each lot.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="sequencing", sap="set-up matrix", frepple="setupmatrix, setuprule"
    ),
    columns=(
        key("resource_id", "Resource.", "resources.resource_id"),
        text(
            "from_group",
            "Set-up group before; blank for any other.",
            key=True,
        ).degraded(_LONGEST),
        key("to_group", "Set-up group after."),
        number(
            "hours",
            "Time it takes, once in every period in which the resource works for the "
            "group.",
            unit="h or capacity_unit",
            minimum=0,
            default=0.0,
        ).degraded(_NOT_LEVELLED),
        number("cost", "What it costs.", unit="money", minimum=0, default=0.0).degraded(
            "Optimisation follows it; MRP adds it up and does not save it."
        ),
        *ORIGIN,
    ),
)

#: The tables of this file, in the manual's order.
SOURCING_TABLES = (
    SOURCES,
    PRICE_BREAKS,
    SUPPLIERS,
    TRANSPORT_LANES,
    SUBSTITUTES,
    CHANGEOVERS,
)
