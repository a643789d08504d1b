"""
Causes of late and short demand lines, and their codes.
"""

from __future__ import annotations

from enum import IntEnum


class Cause(IntEnum):
    """
    What delays a demand line, and what the object of a step is then.
    """

    LEAD_TIME = 0  #: lead times from today; the point
    BEFORE_TODAY = 1  #: it was due before today; the line
    AWAIT = 2  #: an open order that comes late; the open supply
    MARGIN = 3  #: margins of what is there; the point
    CAPACITY = 4  #: a resource that is full; the resource
    SUPPLIER = 5  #: a limit of a supplier, source or lane; the resource
    FENCE = 6  #: the freeze fence; the point
    VALIDITY = 7  #: the day from which a source may be used; the source
    TOLERANCE = 8  #: a planned order that may come a little late; the point
    CALENDAR = 9  #: closed days; the source
    NO_SOURCE = 10  #: nothing supplies it; the point
    MANUAL = 11  #: its lot rule is manual; the point
    LAST_DAY = 12  #: it may not be delivered any later; the line
    PRIORITY = 13  #: demand of higher priority has taken it; the point
    NO_USE = 14  #: no source may be used for it; the point
    BEYOND = 15  #: it lies beyond the planning fence; the point
    OVER = 16  #: its last day of delivery was before today; the line
    CLOSED = 17  #: calendars of its source are never open again; the source
    TOO_LONG = 18  #: its source takes longer than any plan; the source
    OUTDATED = 19  #: its source may not be used any more; the source
    PERISHES = 20  #: new goods do not keep as long as it asks; the line
    COST = 21  #: nothing else: to be late or short costs less; the line
    LOT = 22  #: the lots of its source are larger than what is missing; the source


#: Code of each cause.
CODES_OF = (
    "C-LEADTIME",
    "C-LEADTIME",
    "C-AWAIT",
    "C-POLICY",
    "C-CAPACITY",
    "C-SUPPLIER",
    "C-FENCE",
    "C-POLICY",
    "C-POLICY",
    "C-CALENDAR",
    "C-MATERIAL",
    "C-POLICY",
    "C-POLICY",
    "C-PRIORITY",
    "C-POLICY",
    "C-FENCE",
    "C-PAST",
    "C-CALENDAR",
    "C-LEADTIME",
    "C-POLICY",
    "C-POLICY",
    "C-POLICY",
    "C-POLICY",
)

#: Causes whose object is the demand line.
OF_LINE = (
    Cause.BEFORE_TODAY,
    Cause.LAST_DAY,
    Cause.OVER,
    Cause.PERISHES,
    Cause.COST,
)

#: Causes whose object is a source.
OF_SOURCE = (
    Cause.VALIDITY,
    Cause.CALENDAR,
    Cause.CLOSED,
    Cause.TOO_LONG,
    Cause.OUTDATED,
    Cause.LOT,
)
