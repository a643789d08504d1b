"""
What the demand lines of a schedule get, to the day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.frames import all_dates, as_table, dates
from lotwright.solver.decode.line_fulfilment import LineFulfilment
from lotwright.solver.decode.matching import ABSOLUTE
from lotwright.solver.decode.relation import run_starts, sum_by
from lotwright.solver.decode.schedule_orders import bucket_or_none
from lotwright.solver.decode.shipments import shipped_days
from lotwright.solver.decode.text_columns import Vocabulary, utf8, vocabulary
from lotwright.solver.decode.turns import by_code
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import NeedKind, Schedule

_SERVED = vocabulary(("served",))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayDeliveries:
    """
    Parts of demand lines that are served, by line and day.

    Parameters
    ----------
    line, day, quantity
        Shape ``(n,)``.
    """

    line: Ints
    day: Ints
    quantity: Floats


def day_deliveries(network: Network, schedule: Schedule) -> DayDeliveries:
    """
    Returns what is served of each line on each day.

    A line that may not be delivered in any parts waits as ``shipped_days`` says.
    """
    pegs, needs, size = schedule.pegs, schedule.needs, len(network.lines)
    is_line = (needs.kind == NeedKind.LINE)[pegs.need]
    rows = np.flatnonzero(is_line & (pegs.supply >= 0) & (pegs.day < FAR))
    line, day = needs.ref[pegs.need[rows]], shipped_days(network, schedule)[rows]
    quantity = pegs.quantity[rows]

    if len(network.rules.alternates.point):
        quantity = quantity / _units(network, schedule)[pegs.need[rows]]

    turn = by_code(day, int(day.max(initial=0)) + 1, np.arange(len(day)))
    turn = by_code(line, size, turn)
    line, day = line[turn], day[turn]
    first = np.flatnonzero(run_starts(line, day))
    total = np.add.reduceat(quantity[turn], first) if len(first) else np.zeros(0)

    return DayDeliveries(line=line[first], day=day[first], quantity=total)


def _units(network: Network, schedule: Schedule) -> Floats:
    """
    Returns how many units of what serves a need make one unit of what was asked for,
    shape ``(M,)``: 1 but for substitutes that serve demand.
    """
    needs, alternates = schedule.needs, network.rules.alternates
    units = np.ones(len(needs))
    is_line = np.flatnonzero(needs.kind == NeedKind.LINE)
    asked = network.lines.point[needs.ref[is_line]]
    rows = is_line[needs.point[is_line] != asked]
    ratio = {
        (point, other): value
        for point, other, flow, value in zip(
            alternates.point.tolist(),
            alternates.other.tolist(),
            alternates.flow.tolist(),
            alternates.ratio.tolist(),
            strict=True,
        )
        if flow < 0
    }

    for row in rows.tolist():
        asked_point = int(network.lines.point[needs.ref[row]])
        units[row] = ratio.get((asked_point, int(needs.point[row])), 1.0)

    return units


def day_fulfilment(network: Network, deliveries: DayDeliveries) -> LineFulfilment:
    """
    Returns what each demand line gets.
    """
    lines, size = network.lines, len(network.lines)
    line, day, quantity = deliveries.line, deliveries.day, deliveries.quantity
    is_late = day > lines.due_day[line]
    on_time = sum_by(line[~is_late], quantity[~is_late], size)
    late = sum_by(line[is_late], quantity[is_late], size)
    short = lines.quantity - on_time - late
    slight = ABSOLUTE * np.maximum(lines.quantity, 1.0)
    first_day = np.full(size, -1, dtype=np.int64)
    last_day = np.full(size, -1, dtype=np.int64)
    first_day[line[::-1]] = day[::-1]
    last_day[line] = day

    return LineFulfilment(
        on_time=on_time,
        late=late,
        short=np.where(short > slight, short, 0.0),
        first_day=first_day,
        last_day=last_day,
        days_late=np.where(late > 0, last_day - lines.due_day, 0),
    )


def deliveries_table(
    network: Network, words: PlanWords, deliveries: DayDeliveries
) -> pd.DataFrame:
    """
    Returns the table of deliveries, by demand line and day.
    """
    point = network.lines.point[deliveries.line]
    bucket = bucket_or_none(network, deliveries.day)

    return as_table(
        "deliveries",
        {
            "demand_id": utf8(network.lines.demand_id).column(deliveries.line),
            "period_id": words.period.column(bucket),
            "date": all_dates(network, deliveries.day),
            "quantity": deliveries.quantity,
            "status": _SERVED.column(np.zeros(len(point), dtype=np.int64)),
            "item_id": words.item.column(point),
            "location_id": words.location.column(point),
        },
    )


def fulfilment_table(
    network: Network,
    words: PlanWords,
    fulfilment: LineFulfilment,
    codes: Vocabulary,
    cause: Ints,
) -> pd.DataFrame:
    """
    Returns the table of demand fulfilment, in the order of the demand lines.

    Parameters
    ----------
    network, words, fulfilment
        What the lines of a network get, and its words.
    codes, cause
        Codes of root causes, and the one of each line, -1 for none, shape ``(N,)``.
    """
    lines = network.lines
    served = fulfilment.last_day >= 0
    complete = served & ~fulfilment.is_short
    not_in_time = fulfilment.late + fulfilment.short

    return as_table(
        "demand_fulfilment",
        {
            "demand_id": utf8(lines.demand_id).all(),
            "item_id": words.item.column(lines.point),
            "location_id": words.location.column(lines.point),
            "quantity": lines.quantity,
            "due_date": all_dates(network, lines.due_day),
            "on_time_qty": fulfilment.on_time,
            "late_qty": fulfilment.late,
            "short_qty": fulfilment.short,
            "first_date": dates(network, fulfilment.first_day, known=served),
            "last_date": dates(network, fulfilment.last_day, known=served),
            "promised_date": dates(network, fulfilment.last_day, known=complete),
            "days_late": fulfilment.days_late_or_never(),
            "value_late": not_in_time * network.points.value[lines.point],
            "root_cause_code": codes.column(cause),
        },
    )
