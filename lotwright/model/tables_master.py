"""
Master data: the data set itself, time, items, places and resources.
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

#: Columns that every input table has, to find a row back where it came from.
ORIGIN: tuple[Column, ...] = (
    text("source", "System that the row comes from.").info(),
    text("source_ref", "Key of the row in that system.").info(),
)

#: Where a working calendar may be declared.
CALENDARS = ("calendars.calendar_id", "calendar_days.calendar_id")

_WEEKDAY = "(mon|tue|wed|thu|fri|sat|sun)"

DATASET = Table(
    name="dataset",
    meaning="The data set as a whole; one row.",
    direction=Direction.INPUT,
    single_row=True,
    known_as=KnownAs(
        d365="ReqMasterPlan, parameters", frepple="parameter, `currentdate`"
    ),
    columns=(
        text("name", "Name of the data set.").info(),
        day("as_of", "First day of the plan.", default_note="Today, and reported."),
        text("time_zone", "Time zone of all dates.", default="UTC").info(),
        text(
            "currency",
            "Currency of all money, such as EUR.",
            default_note="Money without a name.",
        ).info(),
        text(
            "bucket_scheme",
            "Time buckets as counts of days, weeks and months.",
            default="14d,12w,6m",
            pattern=r"[1-9]\d*[dwm](, ?[1-9]\d*[dwm])*",
        ),
        day(
            "horizon_end",
            "First day after the plan.",
            default_note="The end of the last bucket of the scheme.",
        ),
        choice(
            "forecast_method",
            "How orders consume forecast.",
            "none percent period between_lines window",
            default="none",
        ),
        choice(
            "forecast_period",
            "Periods in which `period` lets orders consume forecast: calendar months, "
            "weeks from Monday, or the rows of `periods`.",
            "month week periods",
            default="month",
        ),
        number(
            "forecast_back_days",
            "How far before an order `window` looks for forecast.",
            unit="calendar days",
            minimum=0,
            default=0.0,
        ),
        number(
            "forecast_ahead_days",
            "How far after an order `window` looks for forecast.",
            unit="calendar days",
            minimum=0,
            default=0.0,
        ),
        text(
            "reduction_key",
            "Percentages of `reduction_keys` by which `percent` reduces forecast.",
            default_note="Forecast is not reduced.",
        ),
        choice(
            "pegging_sequence",
            "Which supply that is in time serves first.",
            "on_hand_first latest_first",
            default="on_hand_first",
        ).degraded("MRP follows it; optimisation pegs what is there first."),
        flag(
            "delay_components_together",
            "Whether components of a late order come no earlier than it starts.",
            default=False,
        ).degraded("MRP follows it; optimisation times components by cost."),
        text("schema_version", "Version of these tables.", default="1").info(),
        *ORIGIN,
    ),
)

PERIODS = Table(
    name="periods",
    meaning="Time buckets, where they are not made from `dataset.bucket_scheme`.",
    direction=Direction.INPUT,
    ordered=(("start", "end"),),
    known_as=KnownAs(sap="planning calendar", frepple="bucket, bucketdate"),
    columns=(
        key("period_id", "Name of the time bucket."),
        day("start", "First day.", required=True),
        day("end", "First day after it.", required=True),
        choice(
            "kind", "What kind of time bucket it is.", "day week month 4_4_5"
        ).info(),
        integer(
            "order",
            "Place in time.",
            minimum=0,
            default_note="By start.",
        ).info("Buckets are ordered by their start."),
        *ORIGIN,
    ),
)

ITEMS = Table(
    name="items",
    meaning="What is made, bought, moved, stocked or sold.",
    direction=Direction.INPUT,
    beginner=True,
    known_as=KnownAs(d365="ReleasedProductsV2", sap="MARA, MAKT, MBEW", frepple="item"),
    columns=(
        key("item_id", "Identifier of the item."),
        text("description", "What people call it.").info(),
        choice(
            "kind",
            "How it is supplied; a phantom is exploded through and never ordered.",
            "purchased made phantom family",
            default_note="Made where a make source exists, else purchased.",
        ),
        text("base_uom", "Unit of all its quantities.", required=True),
        text("item_group", "Group for policies and costs."),
        text("planner_id", "Who plans it.").info(),
        number(
            "unit_cost",
            "Value of one unit in stock.",
            unit="money/base unit",
            minimum=0,
            default=0.0,
        ),
        number(
            "price",
            "Sales price of one unit.",
            unit="money/base unit",
            minimum=0,
            default_note="The unit cost.",
        ),
        number(
            "volume",
            "Room that one unit takes.",
            unit="m3/base unit",
            minimum=0,
            default=0.0,
        ),
        number(
            "weight",
            "Weight of one unit.",
            unit="kg/base unit",
            minimum=0,
            default=0.0,
        ),
        number("shelf_life_days", "How long it keeps.", unit="calendar days", above=0),
        choice(
            "lifecycle",
            "Where it stands in its life.",
            "active phase_in phase_out blocked",
            default="active",
        ).degraded("Blocked items are not ordered; all others are planned alike."),
        ident("successor_id", "Item that replaces it.", "items.item_id").ignored(
            "Demand does not move to the successor."
        ),
        text("abc", "Class by value or volume.").info(),
        *ORIGIN,
    ),
)

ITEM_UOMS = Table(
    name="item_uoms",
    meaning="Other units of an item: numerator base units make denominator of it.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="unit conversions", sap="MARM"),
    columns=(
        key("item_id", "Item.", "items.item_id"),
        key("uom", "The other unit."),
        number("numerator", "Base units.", unit="base unit", required=True, above=0),
        number(
            "denominator", "Units that those are.", unit="uom", above=0, default=1.0
        ),
        *ORIGIN,
    ),
)

LOCATIONS = Table(
    name="locations",
    meaning="A place that stocks, makes, ships or receives.",
    direction=Direction.INPUT,
    beginner=True,
    known_as=KnownAs(d365="Sites, Warehouses", sap="T001W, T001L", frepple="location"),
    columns=(
        key("location_id", "Identifier of the location."),
        text("name", "What people call it.").info(),
        choice(
            "kind",
            "What kind of place it is.",
            "site warehouse customer supplier plant distribution_centre store",
            required=True,
        ).info("All kinds are planned alike."),
        ident(
            "parent_id", "Location that it belongs to.", "locations.location_id"
        ).info(),
        ident(
            "calendar_id",
            "Working calendar.",
            *CALENDARS,
            default_note="Open every day.",
        ),
        text("time_zone", "Time zone.", default_note="That of the data set.").info(),
        number(
            "storage_capacity", "Room for stock.", unit="capacity_unit", minimum=0
        ).degraded("Optimisation follows it; MRP does not look at room."),
        choice(
            "capacity_unit",
            "Unit of the storage capacity.",
            "pieces volume weight pallets",
            default="volume",
        ).degraded("Nothing says what goes on a pallet: stock is not limited by it."),
        *ORIGIN,
    ),
)

CALENDARS_TABLE = Table(
    name="calendars",
    meaning="A working calendar.",
    direction=Direction.INPUT,
    known_as=KnownAs(d365="WorkCalendar", sap="TFACD", frepple="calendar"),
    columns=(
        key("calendar_id", "Identifier of the calendar."),
        text("description", "What people call it.").info(),
        ident(
            "base_calendar_id",
            "Calendar that speaks for days of which this one says nothing.",
            "calendars.calendar_id",
        ),
        flag(
            "default_open",
            "Whether days are open of which neither it nor its base says anything.",
            default_note="Open; but a calendar that lists open weekdays is closed on "
            "the others.",
        ),
        *ORIGIN,
    ),
)

CALENDAR_DAYS = Table(
    name="calendar_days",
    meaning="Days or weekdays of a calendar; a row with a date beats one without, "
    "and of two patterns the one with fewer weekdays counts.",
    direction=Direction.INPUT,
    one_of=(("date", "weekday"),),
    known_as=KnownAs(
        d365="WorkCalendarDay, WorkCalendarDayTimeInterval",
        sap="exceptions",
        frepple="calendarbucket",
    ),
    columns=(
        key("calendar_id", "Calendar.", "calendars.calendar_id"),
        day("date", "One day.", key=True),
        text(
            "weekday",
            "Weekdays: one such as `mon`, a range such as `mon-fri` or a list such "
            "as `sat,sun`.",
            key=True,
            pattern=rf"{_WEEKDAY}(-{_WEEKDAY})?(, ?{_WEEKDAY}(-{_WEEKDAY})?)*",
        ),
        flag("open", "Whether work is done.", default=True),
        number(
            "hours",
            "Hours worked.",
            unit="h",
            minimum=0,
            maximum=24,
            default_note="The capacity of the resource.",
        ),
        number("efficiency", "Part of the capacity there is.", minimum=0, default=1.0),
        *ORIGIN,
    ),
)

RESOURCES = Table(
    name="resources",
    meaning="What limits work: a work centre, line, tool, crew, dock or budget.",
    direction=Direction.INPUT,
    known_as=KnownAs(
        d365="OpResOperationsResource, OpResOperationsResourceGroup",
        sap="CRHD, KAKO",
        frepple="resource",
    ),
    columns=(
        key("resource_id", "Identifier of the resource."),
        ident("location_id", "Where it is.", "locations.location_id", required=True),
        text("group_id", "Group that pools the capacity of its members."),
        choice(
            "kind",
            "Whether its capacity limits the plan.",
            "finite infinite",
            default="finite",
        ),
        choice(
            "capacity_unit",
            "Unit of its capacity.",
            "h pieces kg money",
            default="h",
        ),
        number(
            "base_capacity",
            "Capacity of one unit on an open day.",
            unit="capacity_unit/day",
            minimum=0,
            default_note="8 h, and reported.",
        ),
        number("units", "How many of it there are.", minimum=0, default=1.0),
        number("efficiency", "Part of the capacity there is.", above=0, default=1.0),
        number(
            "utilization_target",
            "Part of the capacity that may be planned.",
            unit="fraction",
            above=0,
            maximum=1,
            default=1.0,
        ),
        number(
            "overtime_max",
            "Most overtime on an open day.",
            unit="capacity_unit/day",
            minimum=0,
            default=0.0,
        ),
        number(
            "overtime_cost",
            "Extra cost of overtime.",
            unit="money/capacity_unit",
            minimum=0,
            default_note="`costs.overtime_factor` x `cost_rate`, at least a small "
            "positive price.",
        ),
        number(
            "cost_rate",
            "Cost of its time; prices overtime only.",
            unit="money/capacity_unit",
            minimum=0,
            default=0.0,
        ),
        number(
            "min_utilisation",
            "Part of its capacity that it is to run, set-ups aside, where orders are "
            "planned on it; what is missing costs as much as to hold what it makes "
            "through the plan, of what is dearest to hold.",
            unit="fraction",
            minimum=0,
            maximum=1,
        ).degraded("Optimisation follows it; MRP does not see to it, and reports it."),
        flag(
            "setup_carry_over",
            "Whether what it is set up for at the end of a period saves the set-up in "
            "the next one.",
            default=False,
        ).degraded("Optimisation follows it; MRP sets up for every lot."),
        ident(
            "calendar_id",
            "Working calendar.",
            *CALENDARS,
            default_note="That of its location.",
        ),
        *ORIGIN,
    ),
)

RESOURCE_CAPACITY = Table(
    name="resource_capacity",
    meaning="The whole capacity of a resource on a date or in a period.",
    direction=Direction.INPUT,
    one_of=(("date", "period_id"),),
    known_as=KnownAs(
        d365="reservations, calendars", sap="KAPA, KAZY", frepple="maximum_calendar"
    ),
    columns=(
        key("resource_id", "Resource.", "resources.resource_id"),
        day("date", "Day; beats a period that holds it.", key=True),
        ident("period_id", "Period.", "periods.period_id", key=True),
        number(
            "capacity",
            "Capacity in all, on that date or in that period.",
            unit="capacity_unit",
            minimum=0,
            default_note="The capacity of the resource.",
        ),
        number(
            "overtime_max",
            "Most overtime on that date or in that period.",
            unit="capacity_unit",
            minimum=0,
            default_note="The overtime of the resource.",
        ),
        *ORIGIN,
    ),
)

#: The tables of this file, in the manual's order.
MASTER_TABLES = (
    DATASET,
    PERIODS,
    ITEMS,
    ITEM_UOMS,
    LOCATIONS,
    CALENDARS_TABLE,
    CALENDAR_DAYS,
    RESOURCES,
    RESOURCE_CAPACITY,
)
