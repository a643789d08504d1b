"""
Turns of an improvement: which part of a plan is decided anew, and what it has brought.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.slice import Slice, Slicer
from lotwright.solver.search.choice import Choice
from lotwright.solver.search.doubts import Doubts
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.lossless import Lossless
from lotwright.solver.search.neighbourhoods import Kind, Neighbourhoods
from lotwright.solver.search.slopes import links_of

#: Nodes for one part: most parts need few, and others are better made smaller.
NODES_A_PART = 60

#: The start is good and parts are small: time goes to branching, not to heuristics.
OPTIONS = MappingProxyType(
    {
        "mip_heuristic_effort": 0.0,
        "mip_allow_restart": False,
        "mip_detect_symmetry": False,
    }
)

#: In what time is counted, so that no part takes less than 1.
EFFORT_A_SECOND = 1e6

#: After so many parts, quantities are settled where the plan has changed.
SETTLE_EVERY = 25

#: Without an improvement in so many turns of each way, the search has come to rest.
PATIENCE = 12

#: Parts are solved to this part of what improvements bring at present, within limits:
#: while much is to be gained, the last little takes longer than it is worth.
_GAP_OF_GAIN = 0.2
_LEAST_GAP, _MOST_GAP = 1e-4, 1e-3

#: Weight of earlier improvements against the last one.
_MEMORY = 0.8

#: How far quantities may follow their lots: through so many rows; None for anywhere.
_REACHES = (2, 3, 5, None)

#: How far quantities follow lots that were found apart.
_REACH_OF_REPAIR = 5

#: Models with more columns than this have no parts that reach anywhere, but so far.
_FAR = 30_000
_FARTHEST = 5

#: Lots of a part: at first, and the fewest and most.
_FIRST, _FEWEST, _MOST = 24.0, 8.0, 400.0

#: Where nothing is lost, what might be lost is decided anew in one of so many parts.
_LOSES_EVERY = 4

#: Where others are at work, the part that meets them least is taken of so many.
_DRAWS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """
    One part of a plan that is decided anew.

    Parameters
    ----------
    way
        The ordinal of the kind of part and of how far quantities follow; None for lots
        in doubt.
    cells
        Activities and buckets whose lots are free, shape ``(A, T)``.
    part
        The problem.
    gap
        Relative gap at which it counts as solved.
    everything
        Whether it is all there is to decide.
    seconds
        CPU seconds that cutting it out took.
    """

    way: int | None
    cells: Bools
    part: Slice
    gap: float
    everything: bool
    seconds: float

    @property
    def is_long(self) -> bool:
        """
        Whether it pays to give it more time than others have.
        """
        return self.way is None


class Turns:
    """
    Draws parts of a plan by what such parts have brought before.

    Parameters
    ----------
    net, model, elastic
        The network, its model, and this without limits of capacity.
    seed
        Of all chance.

    Attributes
    ----------
    slicer
        Cuts parts out of the elastic model.
    """

    def __init__(
        self, net: Network, model: LotSizingModel, elastic: Elastic, seed: int
    ) -> None:
        self.slicer = Slicer(elastic.compiled)
        self._model = model
        self._elastic = elastic
        self._compiled = elastic.compiled
        self._links = links_of(self._compiled)
        self._loose = self._compiled.integer & ~self._with_cells()
        self._lossless = Lossless(model)
        self._drawn = 0
        random = np.random.default_rng(seed)
        self._hoods = Neighbourhoods(net, model, random)
        far = elastic.num_columns > _FAR
        self._ways = [
            (kind, reach)
            for reach in _REACHES
            for kind in self._hoods.kinds()
            if reach is not None or not far
        ]
        self._choice = Choice(
            len(self._ways), size=_FIRST, least=_FEWEST, most=_MOST, random=random
        )
        self._usual_gain = _MOST_GAP / _GAP_OF_GAIN
        self._doubts = Doubts(model, len(self._hoods))
        self._reach_of_doubts = _FARTHEST if far else None

    def __len__(self) -> int:
        """
        The number of ways; 0 where there is nothing to decide.
        """
        return len(self._ways) if len(self._hoods) else 0

    def guide(self, relaxed: Floats) -> None:
        """
        Lets lots be doubted of which a tight LP has not as many as the plan.

        Parameters
        ----------
        relaxed
            Its solution, on the columns of the model, shape ``(num_columns,)``.
        """
        self._doubts.guide(relaxed)

    def draw(
        self, best: Floats, busy: Bools | None = None, *, has_time: bool = True
    ) -> Turn:
        """
        Returns the next part.

        Parameters
        ----------
        best
            The plan, a solution of the elastic model, shape ``(num_columns,)``.
        busy
            Activities and buckets that others decide meanwhile, shape ``(A, T)``; None
            where there are no others.
        has_time
            Whether there is time for a long one.
        """
        if has_time and self._doubts.is_due:
            way, size = None, self._doubts.begin()
            kind, reach = Kind.DOUBT, self._reach_of_doubts
        else:
            way = self._choice.draw()
            size = self._choice.size(way)
            kind, reach = self._ways[way]

        draws = 1 if busy is None else _DRAWS
        drawn = (self._cells(kind, size, best) for _ in range(draws))
        cells = next(drawn)
        meets = 0 if busy is None else int((cells & busy).sum())

        while meets and (other := next(drawn, None)) is not None:
            if busy is not None and (count := int((other & busy).sum())) < meets:
                cells, meets = other, count

        free = np.flatnonzero(self._model.whole_columns(cells))
        loses = self._loses(best)
        columns = self._columns(free, best, reach)
        columns = columns[~self._unneeded(best, loses=loses)[columns]]
        began = time.thread_time()
        part = self.slicer.cut(columns, best)

        return Turn(
            way=way,
            cells=cells,
            part=part,
            gap=self._gap(),
            everything=loses and reach is None and int(cells.sum()) == len(self._hoods),
            seconds=time.thread_time() - began,
        )

    def learn(
        self, turn: Turn, *, gain: float, cost: float, effort: float, share: float
    ) -> None:
        """
        Notes what a turn has brought.

        Parameters
        ----------
        turn
            Whose it is.
        gain, cost
            By how much the plan has become cheaper, and what it costs now.
        effort
            How much work it was.
        share
            Which part it took of what it may take; above 1 where it was not solved to
            its end.
        """
        now = gain / max(abs(cost), 1.0)
        self._usual_gain = _MEMORY * self._usual_gain + (1.0 - _MEMORY) * now

        if turn.way is None:
            self._doubts.learn(gain=gain, effort=effort, share=share)
        else:
            self._doubts.wait(effort)
            self._choice.learn(turn.way, gain=gain, effort=effort, share=share)

    def give_up(self, turn: Turn) -> None:
        """
        Notes that a turn has no end.
        """
        if turn.is_long:
            self._doubts.give_up()

    def around(self, changed: Ints, solution: Floats) -> Slice:
        """
        Returns the problem of making quantities near some columns fit their lots.

        Parameters
        ----------
        changed
            The columns, ascending.
        solution
            Its whole numbers stay, shape ``(num_columns,)``.
        """
        integer = self._compiled.integer
        passable = self._passable(solution, np.zeros_like(integer)) & ~integer
        passable[self._elastic.num_columns :] = True
        columns = self.slicer.near(changed, passable, _REACH_OF_REPAIR)

        return self.slicer.cut(columns[~integer[columns]], solution)

    def quantities(self, solution: Floats) -> Slice:
        """
        Returns the problem of making all quantities fit the lots as they are.
        """
        integer = self._compiled.integer

        return self.slicer.cut(np.flatnonzero(~integer), solution)

    def _cells(self, kind: Kind, size: int, best: Floats) -> Bools:
        """
        Returns the activities and buckets of a part, shape ``(A, T)``.
        """
        if kind is Kind.DOUBT:
            return self._hoods.doubtful(self._doubts.of(best), size)

        return self._hoods.draw(kind, size)

    def _columns(self, seeds: Ints, best: Floats, reach: int | None) -> Ints:
        """
        Returns the columns that are decided anew with some whole numbers.
        """
        freed = np.zeros(len(best), dtype=bool)
        freed[seeds] = True
        passable = self._passable(best, freed)

        if reach is None:
            return np.flatnonzero(passable | freed)

        passable[self._elastic.num_columns :] = True

        return self.slicer.near(seeds, passable, reach)

    def _loses(self, best: Floats) -> bool:
        """
        Returns whether the next part may lose demand: now and then, as that may pay,
        where the plan loses none.
        """
        self._drawn += 1

        return self._drawn % _LOSES_EVERY == 0 or not self._lossless.holds(best)

    def _unneeded(self, best: Floats, *, loses: bool) -> Bools:
        """
        Returns the columns that a part is quicker without, as the plan does: work
        beyond capacity, which costs more than any plan, and demand that is lost.
        """
        unneeded = np.zeros(len(best), dtype=bool)
        unneeded[self._elastic.num_columns :] = self._elastic.solves(best)
        unneeded[self._lossless.columns] = not loses

        return unneeded

    def _passable(self, solution: Floats, freed: Bools) -> Bools:
        """
        Returns the columns that may follow others.

        A quantity whose lot is closed, and stays so, is no way to anything else.
        """
        passable: Bools = ~self._compiled.integer | self._loose
        closed = (solution[self._links.lot] < 0.5) & ~freed[self._links.lot]
        passable[self._links.quantity[closed]] = False

        return passable

    def _with_cells(self) -> Bools:
        """
        Returns the whole numbers of the neighbourhoods; others follow them.
        """
        shape = self._model.columns.quantity.shape
        chosen = np.zeros(self._compiled.num_columns, dtype=bool)
        cells = self._model.whole_columns(np.ones(shape, dtype=bool))
        chosen[: len(cells)] = cells

        return chosen

    def _gap(self) -> float:
        return min(max(_GAP_OF_GAIN * self._usual_gain, _LEAST_GAP), _MOST_GAP)
