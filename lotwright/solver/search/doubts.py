"""
Lots in doubt: those of which a plan and a tight LP say different things.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.search.choice import Size

#: How many are decided anew at first, which is no more than a part of all lots, and the
#: fewest and most.
_FIRST, _FEWEST, _MOST = 350.0, 24.0, 1_000.0
_FIRST_PART = 0.4

#: With fewer lots than this, other parts may be as large as the whole model.
_LEAST_LOTS = 400

#: Work of other parts for that of one in doubt before the next one: at first and after
#: a gain; how many times as much after each one without, and the most.
_PAUSE, _LONGER, _LONGEST = 2.0, 2.0, 16.0


class Doubts:
    """
    When lots in doubt are decided anew, and how many.

    Small parts come to rest where none of them alone makes a plan any cheaper. Many
    lots at once that a tight LP would set otherwise lead away from there. They take
    longer than all other parts: so they do not take part in the lottery, but come now
    and then, the more seldom the less they bring. Small models do without them.

    Parameters
    ----------
    model
        The natural model.
    lots
        How many there are.
    """

    def __init__(self, model: LotSizingModel, lots: int) -> None:
        self._model = model
        self._lots = lots
        self._guide: Floats | None = None
        self._size = Size(
            now=min(_FIRST, _FIRST_PART * lots), least=_FEWEST, most=_MOST
        )
        self._pause = _PAUSE
        #: Work of other parts before the next one.
        self._rest = 0.0
        self._is_at_work = False

    @property
    def is_due(self) -> bool:
        """
        Whether it is their turn.
        """
        return self._guide is not None and not self._is_at_work and self._rest <= 0

    def guide(self, relaxed: Floats) -> None:
        """
        Takes the solution of a tight LP, on the columns of the model.
        """
        if self._lots >= _LEAST_LOTS:
            self._guide = relaxed

    def begin(self) -> int:
        """
        Returns how many lots are decided; until that has ended no others are.
        """
        self._is_at_work = True

        return int(self._size.now)

    def give_up(self) -> None:
        """
        Notes that what has begun has no end.
        """
        self._is_at_work = False

    def learn(self, *, gain: float, effort: float, share: float) -> None:
        """
        Notes what they have brought.

        Parameters
        ----------
        gain, effort, share
            As in :meth:`~lotwright.solver.search.choice.Choice.learn`. A part that
            brings something need not be solved to its end.
        """
        pays = gain > 0
        self._is_at_work = False
        self._pause = _PAUSE if pays else min(self._pause * _LONGER, _LONGEST)
        self._rest = self._pause * effort
        self._size.follow(min(share, 1.0) if pays else share)

    def wait(self, effort: float) -> None:
        """
        Notes how much work another part was.
        """
        self._rest -= effort

    def of(self, plan: Floats) -> Floats:
        """
        Returns how far a plan and the LP are apart for each lot, from 0 to 1.

        Parameters
        ----------
        plan
            A solution that begins with the columns of the model.

        Returns
        -------
        Floats
            Shape ``(A, T)``, 0 where there are no lots.
        """
        doubt = np.zeros(self._model.columns.quantity.shape)

        if self._guide is None:
            return doubt

        for block in self._model.columns.whole():
            here = block.columns >= 0
            columns = block.columns[here]
            apart = np.abs(plan[columns] - self._guide[columns])
            doubt[here] = np.maximum(doubt[here], np.minimum(apart, 1.0))

        return doubt
