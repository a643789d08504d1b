"""
What is wanted and what is there: demand, stock and open orders.
"""

from __future__ import annotations

from lotwright.model.schema import (
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
from lotwright.model.tables_making import UOM
from lotwright.model.tables_master import ORIGIN

_NO_NETTING = "Forecast and orders both count in full."
_NO_RESERVATION = "Stock and supplies serve whoever needs them first."

CUSTOMERS = Table(
    name="customers",
    meaning="Who buys from us.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="Customers", sap="KNA1", frepple="customer"),
    columns=(
        key("customer_id", "Identifier of the customer."),
        text("name", "Name.").info(),
        integer(
            "priority",
            "Priority of its demand, lower first.",
            minimum=0,
            default_note="3.",
        ),
        ident("location_id", "Where it is.", "locations.location_id").info(),
        number(
            "late_penalty",
            "Penalty for a late unit and day.",
            unit="money/base unit/day",
            minimum=0,
        ).ignored("`demands.late_cost_per_day` counts."),
        *ORIGIN,
    ),
)

DEMANDS = Table(
    name="demands",
    meaning="Independent requirement: somebody wants an item at a place on a day.",
    direction=Direction.INPUT,
    beginner=True,
    known_as=KnownAs(
        d365="SalesOrderLinesV2, ForecastDemandForecastEntry",
        sap="VBAP/VBEP, PBED",
        frepple="demand, forecast",
    ),
    columns=(
        key("demand_id", "Identifier of the order line or forecast."),
        choice(
            "kind",
            "What kind of demand it is.",
            "order forecast transfer safety campaign",
            required=True,
        ),
        ident("item_id", "Item.", "items.item_id", required=True),
        ident("location_id", "Where.", "locations.location_id", required=True),
        number("quantity", "How much.", unit="base unit", required=True, minimum=0),
        day("due_date", "When, at the latest.", required=True),
        ident("customer_id", "For whom.", "customers.customer_id"),
        integer(
            "priority",
            "Lower first.",
            minimum=0,
            default=3,
            default_note="The priority of the customer comes first.",
        ),
        number(
            "min_shipment", "Smallest part delivery.", unit="base unit", minimum=0
        ).ignored("Part deliveries of any size are planned."),
        number(
            "max_late_days",
            "After how many days late it is lost.",
            unit="calendar days",
            minimum=0,
            default_note="It waits until the end of the plan.",
        ),
        flag("split_allowed", "Whether it may come in parts.", default=True).ignored(
            "It may always come in parts."
        ),
        number("revenue", "Sales value of the line.", unit="money", minimum=0).info(),
        number(
            "late_cost_per_day",
            "Cost of a unit late by a day.",
            unit="money/base unit/day",
            minimum=0,
            default_note="`costs.late_cost` of the item's price or cost, doubled for "
            "each step of priority above 3; never below ten times holding, nor below "
            "twice the dearest set-up of its supply chain divided by the smallest "
            "order line, so that lateness does not pay merely to save a set-up or "
            "stock.",
        ),
        number(
            "lost_cost",
            "Cost of a unit never delivered.",
            unit="money/base unit",
            minimum=0,
            default_note="More than any lateness inside the plan, so that demand is "
            "lost only when `max_late_days` says so or when it cannot be served.",
        ),
        text("batch_requirement", "Batch or property that it must have.").ignored(
            "Any stock of the item serves it."
        ),
        ident("sold_from", "Location that sells it.", "locations.location_id").ignored(
            "It is served at `location_id`."
        ),
        text("parent_id", "Order or plan that it belongs to.").info(),
        UOM,
        *ORIGIN,
    ),
)

FORECAST_NETTING = Table(
    name="forecast_netting",
    meaning="How orders consume forecast, for an item or a group.",
    direction=Direction.INPUT,
    one_of=(("item_id", "item_group"),),
    known_as=KnownAs(
        d365="reduction keys", sap="VERMO, VINT1/2", frepple="forecast settings"
    ),
    columns=(
        ident("item_id", "Item.", "items.item_id", key=True),
        text("item_group", "Group of items.", key=True),
        choice(
            "rule",
            "What consumes forecast.",
            "none orders transactions_by_key",
            default="none",
        ).ignored(_NO_NETTING),
        number(
            "back_days", "How far back.", unit="calendar days", minimum=0, default=0.0
        ).ignored(_NO_NETTING),
        number(
            "forward_days",
            "How far ahead.",
            unit="calendar days",
            minimum=0,
            default=0.0,
        ).ignored(_NO_NETTING),
        text("reduction_key", "Key of the percentages.").ignored(_NO_NETTING),
        *ORIGIN,
    ),
)

INVENTORY = Table(
    name="inventory",
    meaning="Stock on hand.",
    direction=Direction.INPUT,
    beginner=True,
    known_as=KnownAs(
        d365="on-hand entities", sap="MARD, MCHB", frepple="buffer.onhand"
    ),
    columns=(
        key("item_id", "Item.", "items.item_id"),
        key("location_id", "Where.", "locations.location_id"),
        text(
            "lot_id", "Lot or batch.", key=True, default_note="One lot without a name."
        ),
        number("quantity", "How much.", unit="base unit", required=True),
        choice(
            "status",
            "Whether it may be used; only available stock counts.",
            "available quality blocked reserved",
            key=True,
            default="available",
        ),
        day(
            "expiry_date",
            "First day on which it may not be used.",
            default_note="It keeps.",
        ).degraded(
            "Stock expired at the plan's start is not counted; later dates are."
        ),
        day("received_date", "When it came.").info(),
        ident(
            "owner_demand_id", "Demand that it belongs to.", "demands.demand_id"
        ).ignored(_NO_RESERVATION),
        number(
            "value",
            "What it is worth.",
            unit="money",
            minimum=0,
            default_note="Quantity x unit cost.",
        ).info(),
        UOM,
        *ORIGIN,
    ),
)

SUPPLIES = Table(
    name="supplies",
    meaning="Scheduled receipt: an open purchase, production or transfer order.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="PurchaseOrderLinesV2, ProdProductionOrderHeader, TransferOrders, "
        "ReqPlannedOrder",
        sap="EKET, AFPO, PLAF, EBAN",
        frepple="purchase / manufacturing / distribution order",
    ),
    columns=(
        key("supply_id", "Identifier of the order."),
        choice(
            "kind",
            "What kind of order it is.",
            "purchase production transfer requisition planned in_transit",
            required=True,
        ),
        choice(
            "status",
            "How firm it is; those only planned are replaced by the plan, all others "
            "are kept.",
            "planned approved firmed released confirmed",
            required=True,
        ),
        ident("item_id", "Item.", "items.item_id", required=True),
        ident("location_id", "Where.", "locations.location_id", required=True),
        number(
            "quantity", "Still to come.", unit="base unit", required=True, minimum=0
        ),
        day("due_date", "When it comes.", required=True),
        day(
            "start_date",
            "When it starts or started.",
            default_note="The lead time of its source before the due date.",
        ),
        ident(
            "source_id",
            "Source that it uses.",
            "sources.source_id",
            default_note="The first source of its kind.",
        ),
        ident("supplier_id", "Who sells it.", "suppliers.supplier_id").info(),
        ident(
            "routing_id",
            "How it is made; says where the remaining hours fall.",
            "routings.routing_id",
            default_note="The routing of the source.",
        ),
        ident(
            "resource_id",
            "Resource on which its remaining hours fall.",
            "resources.resource_id",
            default_note="The resource of the routing's last operation.",
        ),
        number(
            "remaining_h",
            "Work that is left.",
            unit="h or capacity_unit",
            minimum=0,
            default=0.0,
        ),
        flag("can_move", "Whether its date may be changed.", default=True).ignored(
            "Dates are kept; no advice to move is given yet."
        ),
        flag("can_cancel", "Whether it may be cancelled.", default=True).ignored(
            "Orders are kept; no advice to cancel is given yet."
        ),
        flag("locked", "Whether it must stay as it is.", default=False).info(
            "Every open order stays as it is."
        ),
        day("batch_expiry", "First day on which it may not be used.").ignored(
            "Receipts do not age."
        ),
        UOM,
        *ORIGIN,
    ),
)

COMPONENTS_OPEN = Table(
    name="components_open",
    meaning="What an open order still needs.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="ProdProductionOrderBillOfMaterialsLine",
        sap="RESB",
        frepple="operationplanmaterial",
    ),
    columns=(
        key("supply_id", "Open order.", "supplies.supply_id"),
        key("component_id", "Component.", "items.item_id"),
        number(
            "quantity_remaining",
            "Still to be issued.",
            unit="base unit",
            required=True,
            minimum=0,
        ),
        day("need_date", "When.", required=True),
        UOM,
        *ORIGIN,
    ),
)

RESERVATIONS = Table(
    name="reservations",
    meaning="Stock or supply that is held for a demand.",
    direction=Direction.INPUT,
    one_of=(("supply_id", "lot_id"),),
    known_as=KnownAs(d365="marking, reservation"),
    columns=(
        ident("demand_id", "Demand.", "demands.demand_id", required=True),
        ident("supply_id", "Open order.", "supplies.supply_id"),
        ident("lot_id", "Lot on hand.", "inventory.lot_id"),
        number(
            "quantity", "How much.", unit="base unit", required=True, minimum=0
        ).ignored(_NO_RESERVATION),
        flag("hard", "Whether it must be kept.", default=False).ignored(
            _NO_RESERVATION
        ),
        *ORIGIN,
    ),
)


#: The tables of this file, in the manual's order.
ORDER_TABLES = (
    CUSTOMERS,
    DEMANDS,
    FORECAST_NETTING,
    INVENTORY,
    SUPPLIES,
    COMPONENTS_OPEN,
    RESERVATIONS,
)
