"""
What is wanted and what is there: demand, stock and open orders.
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
from lotwright.model.tables_making import UOM
from lotwright.model.tables_master import ORIGIN

_NO_RESERVATION = "MRP keeps it; in optimisation stock serves whoever needs it first."


def _sellable(whose: str) -> Column:
    return number(
        "sellable_days",
        "Days that goods must still keep when they are delivered.",
        unit="calendar days",
        minimum=0,
        default_note=whose,
    ).degraded("MRP follows it; optimisation delivers stock as long as it keeps.")


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
        _sellable("0, where the demand does not say."),
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
            "What kind of demand it is; MRP plans an order of its own for a "
            "requisition.",
            "order forecast transfer safety campaign requisition",
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
        ).degraded("MRP follows it; optimisation plans part deliveries of any size."),
        number(
            "max_late_days",
            "After how many days late it is lost.",
            unit="calendar days",
            minimum=0,
            default_note="It waits until the end of the plan.",
        ),
        flag("split_allowed", "Whether it may come in parts.", default=True).degraded(
            "MRP follows it; in optimisation it may always come in parts."
        ),
        _sellable("Those of the customer."),
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
    meaning="How orders consume forecast, for an item or a group, where "
    "`dataset.forecast_method` is given; a row of the item beats one of its group.",
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
            "What reduces forecast: nothing, orders, or transfers, campaigns and "
            "requisitions as well (`transactions_by_key`).",
            "none orders transactions_by_key",
            default="orders",
        ),
        number(
            "back_days",
            "How far before an order `window` looks for forecast.",
            unit="calendar days",
            minimum=0,
            default_note="`dataset.forecast_back_days`.",
        ),
        number(
            "forward_days",
            "How far after an order `window` looks for forecast.",
            unit="calendar days",
            minimum=0,
            default_note="`dataset.forecast_ahead_days`.",
        ),
        text(
            "reduction_key",
            "Percentages of `reduction_keys` by which `percent` reduces forecast.",
            default_note="`dataset.reduction_key`.",
        ),
        *ORIGIN,
    ),
)

REDUCTION_KEYS = Table(
    name="reduction_keys",
    meaning="By how much `percent` reduces the forecast of a period; periods follow "
    "each other from the first day of the plan.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="reduction keys"),
    columns=(
        key("reduction_key", "Name of the percentages."),
        integer(
            "period",
            "Place of the period; 1 begins on the first day of the plan. A place that "
            "is left out is as long as the next one and not reduced.",
            key=True,
            required=True,
            minimum=1,
        ),
        choice("unit", "Unit of its length.", "day week month", default="month"),
        integer("length", "How many units it is long.", minimum=1, default=1),
        number(
            "percent",
            "Part of the forecast that does not count.",
            unit="fraction",
            required=True,
            minimum=0,
            maximum=1,
        ),
        *ORIGIN,
    ),
)

FORECAST_SHARES = Table(
    name="forecast_shares",
    meaning="Part that an item has in the forecast of a family or group; the forecast "
    "of an item with rows here is planned as that of its members.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="item allocation keys", sap="PGZU"),
    columns=(
        key("family_id", "Item that stands for the family.", "items.item_id"),
        key("item_id", "Member.", "items.item_id"),
        number(
            "share",
            "Part of the forecast that is for the member.",
            unit="fraction",
            required=True,
            minimum=0,
        ),
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
            "Whether it may be used; what is available counts, and what is reserved "
            "for a demand.",
            "available quality blocked reserved",
            key=True,
            default="available",
        ),
        day(
            "expiry_date",
            "First day on which it may not be used.",
            default_note="It keeps.",
        ),
        day("received_date", "When it came.").info(),
        ident(
            "owner_demand_id",
            "Demand that it belongs to; what the demand does not need is not used.",
            "demands.demand_id",
        ).degraded(_NO_RESERVATION),
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
            "How firm it is; those only planned are replaced by the plan unless they "
            "come inside the freeze fence, all others are kept.",
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
            default_note="The first source of its kind that holds when it starts.",
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
            default_note="For approved and firmed orders the work of their source, "
            "operation by operation; for others 0.",
        ),
        number(
            "lots",
            "Lots that an approved or firmed order comes in, each with its own set-up.",
            minimum=1,
            default=1.0,
        ),
        flag("can_move", "Whether its date may be changed.", default=True).degraded(
            "MRP gives advice to move it only where it is true; optimisation gives no "
            "advice."
        ),
        flag("can_cancel", "Whether it may be cancelled.", default=True).degraded(
            "MRP gives advice to cancel or to change it only where it is true; "
            "optimisation gives no advice."
        ),
        flag("locked", "Whether it must stay as it is.", default=False).degraded(
            "MRP gives no advice on it; optimisation gives none on any order."
        ),
        day(
            "batch_expiry",
            "First day on which it may not be used.",
            default_note="It keeps for the shelf life of its item from the day on "
            "which it may be used.",
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
        ).degraded(_NO_RESERVATION),
        flag("hard", "Whether it must be kept.", default=False).degraded(
            "MRP keeps every reservation; optimisation keeps none."
        ),
        *ORIGIN,
    ),
)


#: The tables of this file, in the manual's order.
ORDER_TABLES = (
    CUSTOMERS,
    DEMANDS,
    FORECAST_NETTING,
    REDUCTION_KEYS,
    FORECAST_SHARES,
    INVENTORY,
    SUPPLIES,
    COMPONENTS_OPEN,
    RESERVATIONS,
)
