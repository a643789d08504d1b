"""
Why a demand is late, short or in time: its causes, the chain of each, who came first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lotwright.model.codes import CODES
from lotwright.model.nearest import nearest
from lotwright.model.why_rivals import Rival, rivals_of
from lotwright.model.why_words import (
    amount_text,
    as_plain,
    cell_date,
    cell_text,
    day_text,
    days_text,
    is_blank,
    number,
    rows_of,
)

_STEP = re.compile(r"(?P<name>.*?)(?: \+(?P<days>\d+)|(?P<never>: never))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """
    One step of a chain.

    Parameters
    ----------
    text
        What it is: the demand, an order, or a stock point.
    days
        What it adds to the delay; None where nothing ever comes.
    order_id
        The planned order that it is; empty for others.
    """

    text: str
    days: int | None
    order_id: str = ""

    def __str__(self) -> str:
        if self.days is None:
            return f"{self.text}: never"

        return f"{self.text}: +{days_text(self.days)}" if self.days else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    One cause of a delay.

    Parameters
    ----------
    rank
        1 is the cause that matters most.
    code, meaning
        Code of the cause, and what it says.
    object_kind, object_id
        What binds: an item, order, resource, supplier, ….
    period_id
        Bucket in which it does; empty where none is meant.
    quantity, days
        How much it delays, and by how many days; None for ever.
    earliest_date
        Date of the delivery that it delays; None where there is none.
    hint
        What would mend it.
    chain
        From the demand down to what binds.
    instead
        Who had it instead, the most first.
    """

    rank: int
    code: str
    meaning: str
    object_kind: str
    object_id: str
    period_id: str
    quantity: float
    days: float | None
    earliest_date: dt.date | None
    hint: str
    chain: tuple[Link, ...]
    instead: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """
    A supply that serves a demand.

    Parameters
    ----------
    text
        What it is.
    supply_id
        The order; empty for stock.
    quantity, date
        How much of it, and when it is there.
    """

    text: str
    supply_id: str
    quantity: float
    date: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """
    How a demand fares in a plan, and why.

    Parameters
    ----------
    demand_id, item_id, location_id
        The demand.
    quantity, on_time, late, short
        How much is wanted, comes in time, comes late, and never comes.
    due, promised
        When it is wanted, and when all of it is there; None where that is never.
    days_late
        Days from the due date to the last late delivery; 0 where it is in time, None
        where nothing comes late and some of it never.
    reasons
        Its causes, by rank; empty where it is in time.
    served_by
        What serves it.
    """

    demand_id: str
    item_id: str
    location_id: str
    quantity: float
    on_time: float
    late: float
    short: float
    due: dt.date | None
    promised: dt.date | None
    days_late: float | None
    reasons: tuple[Reason, ...]
    served_by: tuple[Serving, ...]

    @property
    def is_in_time(self) -> bool:
        """
        Whether all of it comes in time.
        """
        return self.late <= 0 and self.short <= 0

    @property
    def earliest(self) -> dt.date | None:
        """
        The date on which the plan has all of it; None where it never has.
        """
        return self.promised

    @property
    def hints(self) -> tuple[str, ...]:
        """
        What would mend each cause, by rank.
        """
        return tuple(reason.hint for reason in self.reasons)

    def to_dict(self) -> dict[str, object]:
        """
        Returns all of it in the types of JSON; dates are ISO texts.
        """
        return {**as_plain(self), "is_in_time": self.is_in_time}

    def __str__(self) -> str:
        return "\n".join(
            [
                _headline(self),
                *(line for reason in self.reasons for line in _reason_lines(reason)),
                *_serving_lines(self.served_by),
            ]
        )


def why(tables: Mapping[str, pd.DataFrame], demand_id: str) -> Why:
    """
    Returns how a demand fares and why.

    Parameters
    ----------
    tables
        Tables of a plan by name.
    demand_id
        The demand.

    Raises
    ------
    KeyError
        When the plan has no such demand.
    """
    row = row_of(tables["demand_fulfilment"], "demand_id", demand_id, "demand")
    days = row["days_late"]

    return Why(
        demand_id=demand_id,
        item_id=cell_text(row["item_id"]),
        location_id=cell_text(row["location_id"]),
        quantity=number(row["quantity"]),
        on_time=number(row["on_time_qty"]),
        late=number(row["late_qty"]),
        short=number(row["short_qty"]),
        due=cell_date(row["due_date"]),
        promised=cell_date(row["promised_date"]),
        days_late=None if is_blank(days) else number(days),
        reasons=_reasons(tables, demand_id),
        served_by=_served_by(tables, demand_id),
    )


def row_of(table: pd.DataFrame, column: str, key: str, what: str) -> dict[str, object]:
    """
    Returns the row of a table of the plan that has a key.

    Parameters
    ----------
    table, column
        The table, and the column of its keys.
    key, what
        The key, and the word for what it should be.

    Raises
    ------
    KeyError
        When there is no such row; names the nearest key.
    """
    rows = table[table[column] == key]

    if not len(rows):
        near = nearest(key, table[column].astype("str").tolist())
        guess = f" Did you mean {near!r}?" if near else ""
        msg = f"Expected a {what} of the plan, got {key!r}.{guess}"
        raise KeyError(msg)

    return rows_of(rows)[0]


def _reasons(tables: Mapping[str, pd.DataFrame], demand_id: str) -> tuple[Reason, ...]:
    table = tables["explanations"]
    rows = table[table["demand_id"] == demand_id].sort_values("rank")

    return tuple(
        Reason(
            rank=int(str(row["rank"])),
            code=str(row["cause_code"]),
            meaning=CODES[str(row["cause_code"])].meaning,
            object_kind=cell_text(row["object_kind"]),
            object_id=cell_text(row["object_id"]),
            period_id=cell_text(row["period_id"]),
            quantity=number(row["quantity"]),
            days=None if is_blank(row["days"]) else number(row["days"]),
            earliest_date=cell_date(row["earliest_date"]),
            hint=cell_text(row["fix_hint"]),
            chain=_chain(tables["planned_orders"], cell_text(row["path"])),
            instead=rivals_of(
                tables,
                demand_id,
                str(row["cause_code"]),
                cell_text(row["object_id"]),
                cell_text(row["period_id"]),
            ),
        )
        for row in rows_of(rows)
    )


def _chain(orders: pd.DataFrame, path: str) -> tuple[Link, ...]:
    """
    Returns the steps of a path, with what is known of the orders on it.
    """
    parts = [_STEP.fullmatch(part) for part in path.split(" > ")]
    keys = [part["name"].partition(" ")[0] for part in parts if part]
    texts = _order_texts(orders, pd.Series(keys, dtype="str"))

    return tuple(
        Link(
            text=texts.get(key, part["name"]),
            days=None if part["never"] else int(part["days"] or 0),
            order_id=key if key in texts else "",
        )
        for part, key in zip((part for part in parts if part), keys, strict=True)
    )


def _order_texts(orders: pd.DataFrame, keys: pd.Series) -> dict[str, str]:
    """
    Returns some planned orders in words, by identifier.
    """
    known = orders[orders["order_id"].isin(keys)]

    return {str(row["order_id"]): order_text(row) for row in rows_of(known)}


def order_text(row: Mapping[str, object]) -> str:
    """
    Returns a planned order in words.
    """
    place = f"{row['item_id']}@{row['location_id']}"
    source = cell_text(row["source_id"])
    by = f" by {source}" if source else ""
    due = day_text(cell_date(row["due_date"]))

    return f"{row['kind']} {amount_text(row['quantity'])} {place}{by}, there on {due}"


def _served_by(
    tables: Mapping[str, pd.DataFrame], demand_id: str
) -> tuple[Serving, ...]:
    pegging, orders = tables["pegging"], tables["planned_orders"]
    rows = pegging[
        (pegging["demand_id"] == demand_id)
        & ~pegging["demand_kind"].isin(["planned", "open_order"])
        & (pegging["supply_kind"] != "shortage")
    ].sort_values("supply_date", kind="stable")
    texts = _order_texts(orders, rows["supply_id"])

    return tuple(
        Serving(
            text=texts.get(cell_text(row["supply_id"]), _supply_text(row)),
            supply_id=cell_text(row["supply_id"]),
            quantity=number(row["quantity"]),
            date=cell_date(row["supply_date"]),
        )
        for row in rows_of(rows)
    )


def _supply_text(row: Mapping[str, object]) -> str:
    key, lot = cell_text(row["supply_id"]), cell_text(row["lot_id"])
    place = f"{row['item_id']}@{row['location_id']}"

    if not key:
        return f"stock of {place}" + (f", lot {lot}" if lot else "")

    return f"{row['supply_kind']} order {key} of {place}"


def _headline(found: Why) -> str:
    place = f"{found.item_id}@{found.location_id}"
    due = f", due {day_text(found.due)}" if found.due else ""
    text = f"{found.demand_id}: {amount_text(found.quantity)} {place}{due}"

    if found.is_in_time:
        return f"{text}: all of it comes in time."

    parts = []

    if found.late > 0 and found.days_late is not None:
        up_to = "up to " if len(found.served_by) > 1 else ""
        parts.append(
            f"{amount_text(found.late)} late by {up_to}{days_text(found.days_late)}"
        )

    if found.short > 0:
        parts.append(f"{amount_text(found.short)} never")

    by = f"; all of it is there on {day_text(found.promised)}" if found.promised else ""

    return f"{text}: {' and '.join(parts)}{by}."


def _reason_lines(reason: Reason) -> list[str]:
    where = f" in {reason.period_id}" if reason.period_id else ""
    never = "never" if reason.days is None else days_text(reason.days)
    lines = [
        f"{reason.rank}. {reason.meaning.rstrip('.')}: {reason.object_kind} "
        f"{reason.object_id}{where} ({amount_text(reason.quantity)}, {never}; "
        f"{reason.code})"
    ]
    lines += [f"   {'  ' * depth}{link}" for depth, link in enumerate(reason.chain)]

    if reason.instead:
        lines.append(f"   Instead: {', '.join(map(str, reason.instead))}")

    return [*lines, f"   Fix: {reason.hint}"]


def _serving_lines(served_by: tuple[Serving, ...]) -> list[str]:
    if not served_by:
        return ["Nothing serves it."]

    return [
        "Served by",
        *(
            f"  {amount_text(one.quantity)} on {day_text(one.date)}: {one.text}"
            for one in served_by
        ),
    ]
