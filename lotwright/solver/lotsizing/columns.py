"""
The columns of the lot-sizing model, each with its cost term.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.choices import choices_of, input_labels, known_supply
from lotwright.model.network import Bools, Network
from lotwright.model.price_tiers import price_tiers
from lotwright.model.shares import shares_of
from lotwright.solver.lotsizing.ageing import ageing_of
from lotwright.solver.lotsizing.algebra import Axis, Expression, Model, Variable
from lotwright.solver.lotsizing.carried import by_machine, most_carried
from lotwright.solver.lotsizing.largest_receipts import largest_receipts
from lotwright.solver.lotsizing.loaded import load_labels, lots_loaded, used_loads
from lotwright.solver.lotsizing.lot_sizes import largest_lots, smallest_lots
from lotwright.solver.lotsizing.reference_data import priced_reference
from lotwright.solver.lotsizing.tiers import tier_exists, tier_highs, tier_lows


class Columns:
    """
    Decisions of the plan; symbols as in the manual's formulation.

    Attributes
    ----------
    quantity
        ``x[a,t]``, received from an activity in a bucket.
    setup
        ``y[a,t]``, whether an activity makes a lot; only where lots matter and one lot
        may be as large as it needs to be.
    lots
        ``n[a,t]``, how many lots; only where lots matter and have a largest size.
    family
        ``f[f,t]``, whether a set-up group is opened in a bucket.
    carry, saved, through
        By operation ``w`` of machines that keep their set-up: whether a bucket begins
        in its state, whether that saves a set-up, and whether it goes through.
    kept
        Whether any state of a machine goes through a bucket.
    still
        Whether a set-up group need not be opened, for a bucket begins in a state of it.
    used, lacking
        Whether a resource with a least use works in a bucket, and what it lacks of it.
    multiples
        ``m[a,t]``, how many multiples; only where there is a multiple.
    priced, priced_lots
        ``x[k,t]`` and ``y[k,t]``, received and lots at each price; only where the price
        depends on the quantity.
    stock
        ``I[p,t]``, at the end of a bucket.
    shortage
        ``g[p,t]``, needs of open orders not yet covered at the end of a bucket.
    expired
        Scrapped by age at the end of a bucket; only where something may expire.
    instead
        How much of a component another one replaces, by choice and bucket of the issue.
    cramped
        Room that stock lacks at the end of a bucket.
    missed
        What a source brings too little for its share over the plan, in the first
        bucket.
    served, backlog, lost
        Of each demand class, in or at the end of a bucket.
    overtime
        ``o[r,t]``.
    short, excess
        Stock below the safety stock and above the largest stock.
    end_short
        Missing to the stock that is wanted at the end, in the last bucket.
    dropped, changed
        What an activity brings less than in the reference plan, by bucket, and how much
        of a point comes otherwise than there, in the first bucket.
    choices
        What may be taken in place of components.
    replaceable
        Inputs that have a choice, ascending.
    shares
        Agreed splits among sources.
    tiers
        Ranges of quantity with prices of their own, K of them.
    tier_low, tier_most
        Smallest lot at each price, shape ``(K,)``, and the largest, ``(K, T)``.
    has_tiers
        Where activities with such prices may deliver, shape ``(A, T)``.
    most_lots
        The most lots that an activity makes in a bucket, shape ``(A, T)``.
    largest
        ``U[a,t]``, the bound on quantity from data, shape ``(A, T)``.
    ageing
        What expires inside the horizon.
    """

    def __init__(self, m: Model, net: Network) -> None:
        size = net.num_buckets
        days = net.buckets.days[None, :].astype(np.float64)
        self.activities = Axis("activity", list(net.activities.labels))
        self.points = Axis("stock point", net.points.labels)
        self.classes = Axis("demand class", net.classes.labels)
        self.resources = Axis("resource", list(net.resources.resource_id))
        self.largest = largest_receipts(net)
        useful = self.largest > 0
        by_lot = lots_matter(net)
        several = np.isfinite(net.activities.max_lot)
        largest_lot = np.where(several, largest_lots(net), 1.0)[:, None]
        largest_lot = np.where(useful, largest_lot, 1.0)
        multiple = net.activities.lot_multiple
        whole = np.where(multiple > 0, multiple, 1.0)[:, None]
        lot_cost = net.activities.lot_cost[:, None]
        self.tiers = price_tiers(net)
        has_tiers = np.zeros(len(net.activities), dtype=bool)
        has_tiers[self.tiers.activity] = True
        self.has_tiers = useful & has_tiers[:, None]

        counted = np.ceil(self.largest / largest_lot - 1e-9)
        counted = np.where(several[:, None], counted, 1.0)
        self.most_lots = np.where(useful & by_lot[:, None], counted, 0.0)

        self.quantity = m.variable(
            "quantity",
            self.activities,
            size,
            upper=self.largest,
            cost=np.where(has_tiers, 0.0, net.activities.unit_cost)[:, None],
            keep=useful,
            term="run",
        )
        self.setup = m.variable(
            "setup",
            self.activities,
            size,
            upper=1.0,
            cost=lot_cost,
            integer=True,
            keep=useful & (by_lot & ~several)[:, None],
            term="lot",
        )
        self.lots = m.variable(
            "lots",
            self.activities,
            size,
            upper=self.most_lots,
            cost=lot_cost,
            integer=True,
            keep=useful & (by_lot & several)[:, None],
            term="lot",
        )
        self.multiples = m.variable(
            "multiples",
            self.activities,
            size,
            upper=np.round(self.largest / whole),
            integer=True,
            keep=useful & (multiple > 0)[:, None],
        )
        self._add_families(m, net)
        self._add_carries(m, net)
        self._add_uses(m, net)
        rooms = net.rules.rooms
        self.rooms = Axis("location", rooms.location_id)
        self._add_prices(m, net)
        self.shares = shares_of(net)
        self.share_axis = Axis("source", self.shares.labels)
        self.missed = m.variable(
            "missed",
            self.share_axis,
            size,
            cost=self.shares.penalty[:, None],
            keep=np.broadcast_to(np.arange(size) == 0, (len(self.shares), size)),
            term="off_share",
        )
        self.stock = m.variable(
            "stock",
            self.points,
            size,
            cost=net.points.holding_cost[:, None] * days,
            term="holding",
        )
        owed = np.cumsum(net.points.open_issues, axis=1)
        self.shortage = m.variable(
            "shortage",
            self.points,
            size,
            upper=owed,
            cost=net.points.shortage_cost[:, None] * days,
            keep=owed > 0,
            term="shortage",
        )
        self._add_choices(m, net)
        self.ageing = ageing_of(net)
        self.expired = m.variable(
            "expired",
            self.points,
            size,
            cost=net.points.expired_cost[:, None],
            keep=self.ageing.ages,
            term="expired",
        )
        self.served = m.variable("served", self.classes, size)
        limit = net.classes.backlog_limit
        self.backlog = m.variable(
            "backlog",
            self.classes,
            size,
            upper=limit,
            cost=net.classes.late_cost[:, None] * days,
            keep=limit > 0,
            term="late",
        )
        self.lost = m.variable(
            "lost",
            self.classes,
            size,
            cost=net.classes.lost_cost[:, None],
            term="lost",
        )
        self.overtime = m.variable(
            "overtime",
            self.resources,
            size,
            upper=net.resources.overtime_max,
            cost=net.resources.overtime_cost[:, None],
            keep=_may_work_longer(net),
            term="overtime",
        )
        self.short = m.variable(
            "short",
            self.points,
            size,
            cost=net.points.safety_penalty[:, None] * days,
            keep=net.points.safety_stock > 0,
            term="below_safety",
        )
        self.excess = m.variable(
            "excess",
            self.points,
            size,
            cost=net.points.excess_penalty[:, None] * days,
            keep=np.isfinite(net.points.largest_stock),
            term="excess",
        )
        targets = net.rules.end_stock
        wanted = targets.by_point(len(net.points))[:, None]
        price = np.zeros(wanted.shape)
        price[targets.point, 0] = targets.penalty
        self.end_short = m.variable(
            "end_short",
            self.points,
            size,
            upper=wanted,
            cost=price,
            keep=(wanted > 0) & (np.arange(size) == size - 1),
            term="end_stock",
        )
        self._add_reference(m, net)
        self.cramped = m.variable(
            "cramped",
            self.rooms,
            size,
            cost=rooms.penalty[:, None] * days,
            keep=np.bincount(rooms.room, minlength=len(rooms)) > 0,
            term="room",
        )

    def _add_families(self, m: Model, net: Network) -> None:
        families = net.rules.families
        loaded = lots_loaded(net, families.load, self.most_lots)
        works = np.zeros((len(families), net.num_buckets), dtype=bool)
        np.logical_or.at(works, families.family, loaded > 0)
        self.family_axis = Axis("set-up group", families.labels)
        self.family = m.variable(
            "family",
            self.family_axis,
            net.num_buckets,
            upper=1.0,
            cost=families.cost[:, None],
            integer=True,
            keep=works,
            term="changeover",
        )

    def _add_carries(self, m: Model, net: Network) -> None:
        carries, size = net.rules.carries, net.num_buckets
        self.carry_axis = Axis("operation", load_labels(net, carries.load))
        self.carry_lots, carried, through = most_carried(net, self.most_lots)
        self.any_carry = by_machine(net, carried)
        families = net.rules.families
        family = families.of_loads(len(net.loads.activity))[carries.load]
        member = np.flatnonzero(family >= 0)
        still = np.zeros((len(families), size), dtype=bool)
        np.logical_or.at(still, family[member], carried[member])
        self.carry = m.variable(
            "carry", self.carry_axis, size, upper=1.0, integer=True, keep=carried
        )
        self.saved = m.variable(
            "saved",
            self.carry_axis,
            size,
            upper=1.0,
            cost=-carries.cost[:, None],
            keep=carried & (self.carry_lots > 0),
            term="changeover",
        )
        self.through = m.variable(
            "through", self.carry_axis, size, upper=1.0, keep=through
        )
        self.kept = m.variable(
            "kept", self.resources, size, upper=1.0, keep=by_machine(net, through)
        )
        self.still = m.variable(
            "still",
            self.family_axis,
            size,
            upper=1.0,
            cost=-families.cost[:, None],
            keep=still & (self.family.columns >= 0),
            term="changeover",
        )

    def _add_uses(self, m: Model, net: Network) -> None:
        use, size = net.rules.least_use, net.num_buckets
        load, place = used_loads(net)
        wanted = use.wanted(net.resources.capacity, net.resources.open_load)
        works = np.zeros((len(use), size), dtype=bool)
        np.logical_or.at(works, place, lots_loaded(net, load, self.most_lots) > 0)
        self.use_axis = Axis("resource", list(net.resources.resource_id[use.resource]))
        here = works & (wanted > 0)
        self.used = m.variable(
            "used", self.use_axis, size, upper=1.0, integer=True, keep=here
        )
        self.lacking = m.variable(
            "lacking",
            self.use_axis,
            size,
            upper=wanted,
            cost=use.penalty[:, None],
            keep=here,
            term="least_use",
        )

    def _add_prices(self, m: Model, net: Network) -> None:
        tiers, size = self.tiers, net.num_buckets
        exists = tier_exists(net, tiers, self.largest)
        largest = np.where(exists, self.largest[tiers.activity], 0.0)
        several = np.isfinite(net.activities.max_lot)[tiers.activity, None]
        least = np.where(exists, largest_lots(net)[tiers.activity, None], 1.0)
        lots = np.where(several, np.ceil(largest / least - 1e-9), 1.0)
        self.tier_axis = Axis("price", tiers.labels)
        self.tier_low = tier_lows(net, tiers)
        self.tier_most = np.minimum(tier_highs(net, tiers)[:, None], largest)
        self.priced = m.variable(
            "priced",
            self.tier_axis,
            size,
            upper=largest,
            cost=tiers.unit_cost[:, None],
            keep=exists,
            term="run",
        )
        self.priced_lots = m.variable(
            "priced_lots",
            self.tier_axis,
            size,
            upper=lots,
            cost=tiers.order_cost[:, None],
            integer=True,
            keep=exists,
            term="run",
        )

    def _add_reference(self, m: Model, net: Network) -> None:
        size, point = net.num_buckets, net.activities.point
        before = priced_reference(net)
        self.dropped = m.variable(
            "dropped", self.activities, size, upper=before, keep=before > 0
        )
        reference, count = net.rules.reference, len(net.points)
        priced = reference.priced(count)
        inside = np.arange(size) < reference.num_buckets
        most = np.where(inside, self.largest, 0.0).sum(axis=1)
        all_before = np.bincount(point, before.sum(axis=1), minlength=count)
        least = np.bincount(point, most, minlength=count)
        upper = np.maximum(least, all_before + reference.gone(count))
        self.changed = m.variable(
            "changed",
            self.points,
            size,
            upper=upper[:, None],
            cost=np.where(priced, reference.cost if priced.any() else 0.0, 0.0)[
                :, None
            ],
            keep=(priced & (upper > 0))[:, None] & (np.arange(size) == 0),
            term="change",
        )

    def _add_choices(self, m: Model, net: Network) -> None:
        choices, inputs = choices_of(net), net.inputs
        self.choices = choices
        self.replaceable = np.unique(choices.flow)
        self.replaceable_axis = Axis("input", input_labels(net, self.replaceable))
        bucket = inputs.bucket[choices.flow]
        useful = self.largest[inputs.activity[choices.flow]] > 0
        row, receipt = np.nonzero((bucket >= 0) & useful)
        issues = np.zeros(choices.holds.shape, dtype=bool)
        issues[row, bucket[row, receipt]] = True
        there = known_supply(net)[choices.other] > 0
        self.instead = m.variable(
            "instead",
            Axis("choice", choices.labels),
            net.num_buckets,
            keep=issues & there & choices.holds,
        )

    @property
    def lots_made(self) -> Expression:
        """
        Lots or set-ups of each activity in each bucket.
        """
        return self.setup + self.lots

    def whole(self) -> tuple[Variable, ...]:
        """
        Returns the blocks of whole numbers by activity and bucket.
        """
        return (self.setup, self.lots, self.multiples)


def lots_matter(net: Network) -> Bools:
    """
    Returns for which activities it matters how many lots are made, shape ``(A,)``.
    """
    setup_time = np.zeros(len(net.activities))
    np.maximum.at(setup_time, net.loads.activity, net.loads.setup)
    per_lot = np.zeros(len(net.activities))
    np.maximum.at(per_lot, net.inputs.activity, net.inputs.per_lot)
    priced = np.zeros(len(net.activities), dtype=bool)
    priced[net.rules.prices.activity] = True
    on_terms = np.zeros(len(net.activities), dtype=bool)
    on_terms[net.loads.activity[net.rules.families.load]] = True
    on_terms[net.loads.activity[used_loads(net)[0]]] = True

    return (
        (net.activities.lot_cost > 0)
        | (smallest_lots(net) > 0)
        | (setup_time > 0)
        | (per_lot > 0)
        | priced
        | on_terms
    )


def _may_work_longer(net: Network) -> Bools:
    """
    Returns where overtime can help, shape ``(R, T)``.
    """
    resources = net.resources
    loaded = np.zeros(resources.capacity.shape, dtype=bool)
    load, bucket = np.nonzero(net.loads.bucket >= 0)
    loaded[net.loads.resource[load], net.loads.bucket[load, bucket]] = True
    loaded |= resources.open_load > 0
    useful = np.zeros_like(loaded)
    np.logical_or.at(useful, resources.pool_member, loaded[resources.pool_row])
    limited: Bools = np.isfinite(resources.capacity) & (resources.overtime_max > 0)

    return useful & limited
