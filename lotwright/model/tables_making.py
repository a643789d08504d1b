"""
How items are made: bills of material, routings and their operations.
"""

from __future__ import annotations

from lotwright.model.schema import (
    Column,
    Direction,
    KnownAs,
    Table,
    choice,
    day,
    ident,
    integer,
    key,
    number,
    text,
)
from lotwright.model.tables_master import ORIGIN

#: The unit that a quantity is written in, where it is not the base unit.
UOM: Column = text(
    "uom",
    "Unit of the quantity, converted by `item_uoms`.",
    default_note="The base unit.",
)

VALID_FROM: Column = day(
    "valid_from", "First day on which it holds.", default_note="Always."
)
VALID_TO: Column = day(
    "valid_to", "First day on which it no longer holds.", default_note="For ever."
)

_ANY_LOT = "MRP follows it; optimisation uses any version for any lot."
_PREFERRED = "MRP follows it; optimisation takes what is cheapest."

BOMS = Table(
    name="boms",
    meaning="Bill of material: what an item is made of.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="BillOfMaterialsHeaders, BillOfMaterialsVersions",
        sap="MAST, STKO",
        frepple="operation",
    ),
    columns=(
        key("bom_id", "Identifier of the bill."),
        ident("item_id", "Item that is made.", "items.item_id", required=True),
        ident(
            "location_id",
            "Where it is made.",
            "locations.location_id",
            default_note="Wherever the item is made.",
        ),
        text("version", "Version of the bill.").info(),
        number(
            "base_quantity",
            "Quantity of the item that the lines are stated for.",
            unit="base unit",
            above=0,
            default=1.0,
        ),
        VALID_FROM,
        VALID_TO,
        number(
            "min_lot", "Smallest lot it holds for.", unit="base unit", minimum=0
        ).degraded(_ANY_LOT),
        number(
            "max_lot", "Largest lot it holds for.", unit="base unit", above=0
        ).degraded(_ANY_LOT),
        integer(
            "priority",
            "Lower first, where a source does not name its bill and several hold.",
            minimum=0,
            default=1,
        ),
        number(
            "yield",
            "Good quantity received for one unit ordered.",
            unit="fraction",
            above=0,
            maximum=1,
            default=1.0,
        ),
        *ORIGIN,
    ),
)

BOM_LINES = Table(
    name="bom_lines",
    meaning="One component of a bill; a negative quantity is a by-product.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="BillOfMaterialsLines", sap="STPO", frepple="operationmaterial"
    ),
    columns=(
        key("bom_id", "Bill.", "boms.bom_id"),
        key("line", "Line of the bill."),
        ident("component_id", "Component.", "items.item_id", required=True),
        number(
            "quantity_per",
            "Component for the bill's base quantity, or for one lot.",
            unit="base unit",
            required=True,
        ),
        choice(
            "kind",
            "Whether the quantity grows with the lot.",
            "per_unit per_lot",
            default="per_unit",
        ),
        number(
            "scrap",
            "Part added to the need: need x (1 + scrap).",
            unit="fraction",
            minimum=0,
            below=1,
            default=0.0,
        ),
        integer("operation_seq", "Operation that uses it.", minimum=0).ignored(
            "Components are needed when the order starts, less their own offset."
        ),
        number(
            "offset_days",
            "How long before the start it is needed; negative is after it.",
            unit="working days",
            default=0.0,
        ),
        text(
            "alternate_group",
            "Lines that can stand in for one another: one is needed, the others are "
            "used from stock instead.",
        ),
        integer("alternate_priority", "Lower first.", minimum=0).degraded(_PREFERRED),
        VALID_FROM,
        VALID_TO,
        ident(
            "consume_location_id",
            "Where it is taken from.",
            "locations.location_id",
            default_note="Where the item is made.",
        ),
        UOM,
        *ORIGIN,
    ),
)

ROUTINGS = Table(
    name="routings",
    meaning="A way of making an item at a location.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="RouteHeader, RouteVersionV2",
        sap="MAPL, PLKO",
        frepple="operation (routing)",
    ),
    columns=(
        key("routing_id", "Identifier of the routing."),
        ident("item_id", "Item that is made.", "items.item_id", required=True),
        ident("location_id", "Where.", "locations.location_id", required=True),
        ident(
            "bom_id",
            "Bill that it uses.",
            "boms.bom_id",
            default_note="The bill of the source, else that of the item and location.",
        ),
        integer(
            "priority",
            "Lower first, where a source does not name its routing and several hold.",
            minimum=0,
            default=1,
        ),
        VALID_FROM,
        VALID_TO,
        number(
            "min_lot", "Smallest lot it holds for.", unit="base unit", minimum=0
        ).degraded(_ANY_LOT),
        number(
            "max_lot", "Largest lot it holds for.", unit="base unit", above=0
        ).degraded(_ANY_LOT),
        *ORIGIN,
    ),
)

OPERATIONS = Table(
    name="operations",
    meaning="One step of a routing on one resource.",
    direction=Direction.INPUT,
    one_of=(("resource_id", "group_id"),),
    known_as=KnownAs(
        d365="RouteOperation, RouteOperationProperties",
        sap="PLPO",
        frepple="suboperation, operationresource",
    ),
    columns=(
        key("routing_id", "Routing.", "routings.routing_id"),
        integer("seq", "Place in the routing.", key=True, required=True, minimum=0),
        ident("resource_id", "Resource that does it.", "resources.resource_id"),
        ident("group_id", "Group of resources that does it.", "resources.group_id"),
        number(
            "setup_h",
            "Set-up for each lot.",
            unit="h or capacity_unit",
            minimum=0,
            default=0.0,
        ),
        number(
            "run_h_per_unit",
            "Run time for one unit.",
            unit="h or capacity_unit/base unit",
            minimum=0,
            default_note="1 / `run_rate`, and 0 without either.",
        ),
        number(
            "run_rate",
            "Units in an hour; `run_h_per_unit` beats it.",
            unit="base unit/h",
            above=0,
        ),
        number(
            "queue_days",
            "Wait before it.",
            unit="working days",
            minimum=0,
            default=0.0,
        ),
        number(
            "move_days",
            "Move after it.",
            unit="working days",
            minimum=0,
            default=0.0,
        ),
        text(
            "setup_group",
            "Operations that share a set-up, which `changeovers` says what it takes.",
        ),
        number(
            "overlap",
            "Part of the lot that moves on early.",
            unit="fraction",
            minimum=0,
            maximum=1,
            default=0.0,
        ).ignored("A step begins when the one before it has ended."),
        number(
            "scrap",
            "Part lost in the step.",
            unit="fraction",
            minimum=0,
            below=1,
            default=0.0,
        ),
        number(
            "cost_per_unit",
            "Cost of one unit.",
            unit="money/base unit",
            minimum=0,
            default=0.0,
        ),
        number("setup_cost", "Cost of a set-up.", unit="money", minimum=0, default=0.0),
        *ORIGIN,
    ),
)

#: The tables of this file, in the manual's order.
MAKING_TABLES = (BOMS, BOM_LINES, ROUTINGS, OPERATIONS)
