"""
The catalogue of codes: what every finding and cause is called, for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from lotwright.model.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """
    One code of the catalogue.

    Parameters
    ----------
    code
        ``severity-area-name``; never changed.
    severity
        How much it usually matters.
    meaning
        What it says, in one sentence.
    known_as
        What other systems call it; empty where they have no word.
    """

    code: str
    severity: Severity
    meaning: str
    known_as: str = ""


def _codes(severity: Severity, *rows: tuple[str, str, str]) -> tuple[Code, ...]:
    return tuple(
        Code(code=code, severity=severity, meaning=meaning, known_as=known_as)
        for code, meaning, known_as in rows
    )


_DATA = (
    *_codes(
        Severity.ERROR,
        ("E-DATA-FILE", "A file or folder cannot be read.", ""),
        ("E-DATA-KEY", "Two rows have the same key, or a key is blank.", ""),
        ("E-DATA-REF", "A row refers to something that is not there.", ""),
        ("E-DATA-TYPE", "A cell is not of the type that its column has.", ""),
        ("E-DATA-RANGE", "A number is outside what its column allows.", ""),
        ("E-BOM-CYCLE", "An item contains itself.", "SAP 69"),
        ("E-UOM-MISSING", "A unit has no conversion to the base unit.", ""),
        ("E-CONDITION", "A condition is not understood, or nothing meets it.", ""),
        (
            "E-MAPPING",
            "A mapping cannot be read, or does not fit the other system.",
            "",
        ),
        ("E-EDIT", "An edit of a plan cannot be made.", ""),
        ("E-SCENARIO", "A change of a scenario cannot be made.", ""),
        ("E-TIME", "The dates of the plan or its periods do not fit together.", ""),
    ),
    *_codes(
        Severity.WARNING,
        ("W-SRC-NONE", "Nothing can supply the item here.", "frePPLe invalid data"),
        ("W-SRC-BOM", "A source finds no bill of material that it could use.", ""),
        ("W-SRC-ROUTING", "A source finds no routing that it could use.", ""),
        ("W-BOM-NONE", "A made item has no bill of material.", "SAP 50"),
        ("W-BOM-PHANTOM", "A phantom item cannot be exploded.", ""),
        ("W-ROUTE-NONE", "A made item has no routing.", "SAP 52"),
        (
            "W-CAL-CLOSED",
            "A calendar is never open in the horizon, or not from some day on.",
            "",
        ),
        ("W-NEED-BEYOND", "Needs of a component lie beyond its planning fence.", ""),
        ("W-RESOURCE-ZERO", "A resource that is used has no capacity.", ""),
        ("W-LOT-SIZE", "Lot rules contradict each other.", ""),
        ("W-LOT-CAPACITY", "The smallest lot is more than any bucket can take.", ""),
        ("W-STOCK-LIMITS", "Safety stock is above the largest stock.", ""),
        ("W-STOCK-NEGATIVE", "Stock on hand is negative and counts as none.", ""),
        ("W-VALID-NEVER", "A row is not valid on any day of the horizon.", ""),
        ("W-SCENARIO-BLANK", "Blank cells stay blank in a scenario.", ""),
        ("W-DEMAND-NONE", "There is no demand to plan for.", ""),
        ("W-FORECAST-RULE", "Settings of forecast do not fit together.", ""),
        ("W-RESERVATION", "A reservation cannot be kept, or not in full.", ""),
        ("W-DEMAND-PAST", "Demand is due before the plan starts.", "SAP 07"),
        ("W-SUPPLY-PAST", "An open order is due before the plan starts.", "SAP 07"),
        ("W-REFERENCE-SOURCE", "An order of the reference plan has no source now.", ""),
        ("W-SUPPLY-SOURCE", "An open order does not fit any source.", ""),
    ),
    *_codes(
        Severity.IGNORED,
        (
            "W-FEATURE-IGNORED",
            "Data that this release does not use.",
            "D365 fit analysis",
        ),
    ),
    *_codes(
        Severity.DEGRADED,
        (
            "W-FEATURE-DEGRADED",
            "Data that this release uses in a simpler form.",
            "D365 fit analysis",
        ),
    ),
    *_codes(
        Severity.INFO,
        ("I-COL-UNKNOWN", "A column that no table declares; it is kept.", ""),
        ("I-TABLE-TITLE", "Rows above the header of a sheet; they are not read.", ""),
        ("I-TABLE-UNKNOWN", "A file that no table declares; it is not read.", ""),
        ("I-DATA-UNUSED", "Rows that nothing in the plan uses.", ""),
        ("I-DEFAULT", "A default that changes the plan was used.", ""),
        ("I-FILTER", "Only a part of the stock points was planned.", ""),
        ("I-SCENARIO", "A scenario has changed the data.", ""),
        ("I-DEMAND-BEYOND", "Demand is due after the horizon.", ""),
        ("I-DEMAND-ZERO", "Demand lines have no quantity.", ""),
        ("I-FORECAST-CONSUMED", "Orders or percentages consume forecast.", ""),
        ("I-FORECAST-PAST", "Forecast is dated before the plan and not counted.", ""),
        ("I-REFERENCE", "Orders of the reference plan are not compared.", ""),
        ("I-STOCK-HELD", "Stock is blocked, expired or reserved and not counted.", ""),
        ("I-SUPPLY-BEYOND", "Open orders arrive after the horizon.", ""),
        (
            "I-BUCKET-DATE",
            "Supply comes in the bucket of the due date, yet after that date.",
            "",
        ),
    ),
)

_PLAN = (
    *_codes(
        Severity.ERROR,
        ("X-SHORT", "Demand is not met.", "SAP 10"),
        ("X-STOCKOUT", "Stock is missing for an open order that waits for it.", ""),
        ("X-NOT-MADE", "An order that demand needs can never be made.", ""),
        (
            "X-OVERLOAD",
            "A resource is loaded beyond capacity and overtime.",
            "frePPLe overload",
        ),
    ),
    *_codes(
        Severity.WARNING,
        ("X-LATE", "Demand is met late.", "D365 delay"),
        ("X-BELOW-SAFETY", "Stock is below safety stock.", "SAP 96"),
        ("X-EXCESS", "Stock is above the largest stock.", "SAP 25"),
        ("X-END-STOCK", "The plan ends with less stock than is wanted then.", ""),
        ("X-EXPIRE", "Stock is scrapped by age.", ""),
        ("X-ROOM", "Stock lacks room at its location.", ""),
        ("X-UTILISATION", "A resource that works does so less than it should.", ""),
        ("X-SHARE", "A source brings less than its agreed share.", ""),
        (
            "X-RELEASE-PAST",
            "An order should have been released before the plan starts.",
            "SAP 06; frePPLe before current",
        ),
        (
            "X-COMPONENT-LATE",
            "A component comes too late for an open order, which keeps its date.",
            "",
        ),
        ("X-KEPT-PAST", "An order that is kept lies before the plan starts.", ""),
        ("X-KEPT-COMPONENT", "An order that is kept lacks a component.", ""),
        ("X-KEPT-CAPACITY", "Kept orders take more than a resource has.", ""),
        ("X-FENCE", "An order lies inside a time fence.", "frePPLe before fence"),
        ("X-RULE", "An order that had to move no longer keeps a rule.", ""),
        ("X-SUPPLIER-CAP", "A supplier's limit binds.", ""),
        ("X-MIN-LOT", "A minimum lot binds.", ""),
        ("X-MAX-LOT", "A largest lot binds.", ""),
    ),
    *_codes(
        Severity.INFO,
        ("X-OVERTIME", "A resource works overtime.", ""),
        ("X-LEVELLED", "An order is moved, for a resource is full.", ""),
        ("I-START", "An earlier plan to start from is not used, or in part.", ""),
        ("I-MORE-CAPACITY", "What one more unit of a resource would save.", ""),
        ("I-PEG-DIRECT", "Pegs stand without the demand on top of their chains.", ""),
    ),
)

_ACTIONS = _codes(
    Severity.WARNING,
    ("A-EXPEDITE", "Bring an open order forward.", "SAP 10; D365 Advance"),
    ("A-DEFER", "Push an open order back.", "SAP 15; D365 Postpone"),
    ("A-INCREASE", "Increase an open order.", "D365 Increase"),
    ("A-DECREASE", "Decrease an open order.", "D365 Decrease"),
    ("A-CANCEL", "Cancel an open order.", "SAP 20; D365 Cancel"),
    ("A-SPLIT", "Bring a part of an open order forward.", ""),
    ("A-RELEASE", "Release an approved order now.", ""),
    ("A-SOURCE", "Get an open order from another source.", ""),
)

_CAUSES = _codes(
    Severity.INFO,
    ("C-LEADTIME", "Lead times from today leave no earlier date.", "frePPLe lead time"),
    ("C-MATERIAL", "A component is not there earlier.", "frePPLe material"),
    ("C-CAPACITY", "A resource is full.", "frePPLe capacity"),
    ("C-FENCE", "A time fence forbids it.", "frePPLe fence"),
    ("C-SUPPLIER", "A supplier cannot give more.", ""),
    ("C-AWAIT", "An existing supply is awaited.", "frePPLe await supply"),
    ("C-POLICY", "A rule or a cost of the user decides so.", ""),
    ("C-PRIORITY", "Demand of higher priority comes first.", ""),
    ("C-CALENDAR", "Closed days leave no earlier date, or none.", ""),
    ("C-PAST", "The last day of delivery was before the plan starts.", ""),
)

_SOLVER = (
    *_codes(
        Severity.WARNING,
        ("W-SOLVER-GAP", "The plan is not proven to be the cheapest.", ""),
        ("W-SOLVER-LIMIT", "The search was stopped by a limit.", ""),
        ("W-SOLVER-FALLBACK", "Another engine than the one asked for planned.", ""),
    ),
    *_codes(
        Severity.ERROR,
        ("E-SOLVER-CRASH", "The solving process died.", ""),
        ("E-MEMORY", "The solving process ran out of memory.", ""),
    ),
)

#: All codes, by code.
CODES = {code.code: code for code in (*_DATA, *_PLAN, *_ACTIONS, *_CAUSES, *_SOLVER)}

#: Codes that have their name and meaning already, but that this release never gives.
RESERVED = frozenset(
    {
        "W-SOLVER-GAP",
        "X-MAX-LOT",
        "X-MIN-LOT",
        "X-SUPPLIER-CAP",
    }
)
