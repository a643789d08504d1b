"""
Days of the oracle: working days one by one, and the dates of an order.
"""

from __future__ import annotations

from dataclasses import dataclass

from lotwright.model.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """
    Order, start, receipt and availability of an order, and the receipt that is wanted.
    """

    order_day: int
    start_day: int
    due_day: int
    available_day: int
    wanted_day: int


class Days:
    """
    Working days of the calendars of a network.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.calendars = network.calendars

    def is_open(self, calendar: int, day: int) -> bool:
        """
        Returns whether a day is open; every day outside the span of a calendar is.
        """
        column = day - self.calendars.first_day
        inside = 0 <= column < self.calendars.open.shape[1]

        return (
            calendar == 0 or not inside or bool(self.calendars.open[calendar, column])
        )

    def before(self, calendar: int, day: int, workdays: int) -> int:
        """
        Rule 4.2, backward: to the open day at or before, then so many open days back.
        """
        return self._walk(calendar, day, workdays, -1)

    def after(self, calendar: int, day: int, workdays: int) -> int:
        """
        Rule 4.2, forward: to the open day at or after, then so many open days on.
        """
        return self._walk(calendar, day, workdays, 1)

    def _walk(self, calendar: int, day: int, workdays: int, step: int) -> int:
        while not self.is_open(calendar, day):
            day += step

        for _ in range(workdays):
            day += step

            while not self.is_open(calendar, day):
                day += step

        return day

    def available_by(self, point: int, day: int) -> int:
        """
        Rule 4.1: the day on which a supply must be there for a need.
        """
        rules = self.network.rules.points

        return self.before(
            int(rules.calendar[point]), day, int(rules.issue_margin[point])
        )

    def issue_day(self, point: int, need_day: int, by: int, available: int) -> int:
        """
        Rule 4.1: the day on which a need is met by a supply, later when that is late.
        """
        if available <= by:
            return need_day

        return max(need_day, self.usable(point, available))

    def usable(self, point: int, available: int) -> int:
        """
        Rule 4.1: the first day on which what is there from a day on may be issued.
        """
        rules = self.network.rules.points

        return self.after(
            int(rules.calendar[point]), available, int(rules.issue_margin[point])
        )

    def receive(self, activity: int, start: int) -> tuple[int, int]:
        """
        Rule 4.1, forward: receipt and availability of an order that starts on a day.
        """
        point = int(self.network.activities.point[activity])
        rules = self.network.rules.points
        place = int(rules.calendar[point])
        own = int(self.network.activities.calendar[activity])
        lead_time = int(self.network.activities.lead_time[activity])
        due = self.after(place, self.after(own, start, lead_time), 0)

        return due, self.after(place, due, int(rules.receipt_margin[point]))

    def from_today(self, activity: int, *, first_start: int = 0) -> Dates:
        """
        Rule 4.1: dates of an order made today, started on or after a day.
        """
        point = int(self.network.activities.point[activity])
        rules = self.network.rules.points
        place = int(rules.calendar[point])
        own = int(self.network.activities.calendar[activity])
        margin = int(rules.reorder_margin[point])
        order = self.after(place, 0, 0)
        start = self.after(own, max(self.after(place, order, margin), first_start), 0)
        order = max(order, self.before(place, start, margin))
        due, available = self.receive(activity, start)

        return Dates(
            order_day=order,
            start_day=start,
            due_day=due,
            available_day=available,
            wanted_day=due,
        )

    def for_day(self, activity: int, by: int, *, first_start: int = 0) -> Dates:
        """
        Rules 4.1, 9.2: the latest dates that are in time, else the earliest there are.
        """
        point = int(self.network.activities.point[activity])
        rules = self.network.rules.points
        place = int(rules.calendar[point])
        own = int(self.network.activities.calendar[activity])
        margin = int(rules.receipt_margin[point])
        wanted = self.before(place, by, margin)
        fence = int(rules.freeze_fence[point])
        due = max(wanted, self.after(place, fence, 0)) if fence > 0 else wanted
        start = self.before(own, due, int(self.network.activities.lead_time[activity]))
        order = self.before(place, start, int(rules.reorder_margin[point]))

        if order < 0 or start < first_start:
            early = self.from_today(activity, first_start=first_start)
            order, start, due = (
                early.order_day,
                early.start_day,
                max(due, early.due_day),
            )

        return Dates(
            order_day=order,
            start_day=start,
            due_day=due,
            available_day=self.after(place, due, margin),
            wanted_day=max(wanted, 0),
        )
