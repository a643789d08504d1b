"""
Time: buckets that cannot be made, closed calendars, dates outside the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.errors import DataError
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import grouped


def check_buckets(facts: Facts) -> Iterator[Finding]:
    """
    Yields a finding when time buckets or calendars cannot be made from the data.
    """
    try:
        facts.calendars  # noqa: B018 - looked up for the error that it may raise
    except DataError as error:
        for problem in error.problems:
            yield Finding(
                code=problem.code,
                severity=Severity.ERROR,
                table=problem.table,
                key=problem.value,
                column=problem.column,
                row=problem.row,
                text=f"{problem.text[:1].upper()}{problem.text[1:]} {problem.remedy}",
            )


def check_calendars(facts: Facts) -> Iterator[Finding]:
    """
    Yields calendars without an open day inside the horizon, or from a day in it on.
    """
    calendars = facts.calendars
    first = -calendars.first_day
    inside = calendars.open[:, first : first + facts.buckets.horizon]
    some = inside.any(axis=1)
    closed = np.array(calendars.calendar_id)[~some]
    ended = some & calendars.has_ended()
    ended &= ~calendars.open[:, first + facts.buckets.horizon :].any(axis=1)

    yield from grouped(
        "W-CAL-CLOSED",
        Severity.WARNING,
        "calendars",
        pd.DataFrame({"calendar_id": closed}),
        noun="calendar",
        text="{be} never open inside the plan, so that nothing is made or moved by it; "
        "add open days to calendar_days.",
    )

    for code in np.flatnonzero(ended).tolist():
        last = facts.start + pd.Timedelta(days=int(np.flatnonzero(inside[code])[-1]))
        yield from grouped(
            "W-CAL-CLOSED",
            Severity.WARNING,
            "calendars",
            pd.DataFrame({"calendar_id": [calendars.calendar_id[code]]}),
            noun="calendar",
            text=f"{{be}} not open any more after {last:%Y-%m-%d}: what would have to "
            "come or be made later never is; add open days to calendar_days.",
        )


def check_past(facts: Facts) -> Iterator[Finding]:
    """
    Yields demand, forecast and open orders that are due before the plan starts.
    """
    demands = facts.data.table("demands")
    supplies = facts.data.table("supplies")
    past = demands[demands["due_date"] < facts.start]
    is_forecast = past["kind"] == "forecast"

    yield from grouped(
        "I-FORECAST-PAST",
        Severity.INFO,
        "demands",
        past[is_forecast],
        noun="forecast",
        column="due_date",
        text="{be} dated before the plan starts and not counted; enter it anew for a "
        "later day where it is still expected.",
    )
    yield from grouped(
        "W-DEMAND-PAST",
        Severity.WARNING,
        "demands",
        past[~is_forecast],
        noun="demand",
        column="due_date",
        text="{be} due before the plan starts, and late already or, where no delay is "
        "allowed, lost; close what was delivered, or agree on a new date.",
    )
    yield from grouped(
        "W-SUPPLY-PAST",
        Severity.WARNING,
        "supplies",
        supplies[supplies["due_date"] < facts.start],
        noun="open order",
        column="due_date",
        text="{be} due before the plan starts and taken to arrive on the first day; "
        "close what has arrived, or enter the new date.",
    )


def check_beyond(facts: Facts) -> Iterator[Finding]:
    """
    Yields demand and open orders that are due after the plan ends.
    """
    for table, noun, code in (
        ("demands", "demand", "I-DEMAND-BEYOND"),
        ("supplies", "open order", "I-SUPPLY-BEYOND"),
    ):
        rows = facts.data.table(table)

        yield from grouped(
            code,
            Severity.INFO,
            table,
            rows[rows["due_date"] >= facts.end],
            noun=noun,
            column="due_date",
            text=f"{{be}} due on or after {facts.end:%Y-%m-%d}, when the plan has "
            "ended, and not planned; lengthen dataset.bucket_scheme to plan it.",
        )


def check_validity(facts: Facts) -> Iterator[Finding]:
    """
    Yields rows that stop holding before they begin to.
    """
    for table, noun in (
        ("sources", "source"),
        ("boms", "bill"),
        ("bom_lines", "bill line"),
        ("routings", "routing"),
    ):
        rows = facts.data.table(table)

        yield from grouped(
            "W-VALID-NEVER",
            Severity.WARNING,
            table,
            rows[rows["valid_to"] <= rows["valid_from"]],
            noun=noun,
            column="valid_to",
            text="{have} valid_to on or before valid_from and {be} never valid; "
            "correct one of the two dates.",
        )
