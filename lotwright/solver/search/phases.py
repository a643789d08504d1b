"""
The phases of a search: start, bound, improvement, and proof.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, SolveResult, Termination, relative_gap
from lotwright.solver.search.allowance import Allowance
from lotwright.solver.search.beginning import Beginning
from lotwright.solver.search.beside import improved_beside
from lotwright.solver.search.bound import BoundResult, lower_bound, prove
from lotwright.solver.search.crew import Crew
from lotwright.solver.search.cuts import with_cuts
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.improve import Clock, Improver
from lotwright.solver.search.lossless import Lossless
from lotwright.solver.search.needed import has_needed, needed_lots
from lotwright.solver.search.progress import Story
from lotwright.solver.search.prospect import (
    FAR,
    Prospect,
    is_small,
    solve_while_near,
    stages_of,
)
from lotwright.solver.search.turns import OPTIONS

#: Models with more whole numbers than this are never searched as a whole.
_MOST_BRANCHED = 5_000

#: Parts of the time for a first branch and bound, the bound, cuts that make it higher,
#: and starts that follow it.
_FIRST_SHARE = 0.25
_BOUND_SHARE = 0.22
_CUTS_SHARE = 0.12
_NEEDED_SHARE = 0.1
_GUIDED_SHARE = 0.07

#: Where time is short, the bound may take so many seconds: a plan without a bound says
#: little.
_BOUND_SECONDS = 0.6

#: Parts of a work limit for a first branch and bound, and for improvement.
_SMALL_SHARE = 0.35
_IMPROVE_SHARE = 0.5

#: Parts of the time for improvement before a proof: where that may come near, and where
#: it is near already.
_HALF = 0.5
_BRIEF = 0.15

#: Part of the time that is left for settling, and for a last branch and bound where no
#: proof is near.
_SPARE = 0.01
_LAST_SHARE = 0.25

#: A plan within this gap may be proven to be good enough.
_PROVABLE = 0.005


class Search:
    """
    The phases of one search, which share a clock and the best known so far.
    """

    def __init__(
        self,
        net: Network,
        model: LotSizingModel,
        params: SolverParams,
        story: Story,
        control: Control | None,
        crew: Crew | None = None,
    ) -> None:
        nodes = params.work_limit
        self._clock = Clock(
            nodes=None if nodes is None else int(nodes * _IMPROVE_SHARE)
        )
        self._improver: Improver | None = None
        self._crew = crew
        self._net = net
        self._model = model
        self._params = params
        self._story = story
        self._control = control
        self._elastic = Elastic(model.compiled)
        self._time = Allowance(params=params, story=story)
        self._beginning = Beginning(
            net, model, self._elastic, self._time, story, control
        )
        #: Whole numbers to decide.
        self._counted = int(model.compiled.integer.sum())
        self._stages = stages_of(self._counted, params)
        self._strong_bound = -math.inf
        self._needed: Sequence[Ints] = ()
        #: Of the natural model with HiGHS' own cuts; it may hold for some plans alone.
        self._natural_bound = -math.inf

    def linear(self, lp: Compiled) -> SolveResult:
        """
        Returns the optimum of the model with lots broken.
        """
        result = solve(
            lp,
            self._time.within(),
            listener=self._story.whole("search"),
            control=self._control,
        )
        self._story.account(result)

        return result

    def start(self, plans: Sequence[Quantities]) -> Floats | None:
        """
        Returns the best start; it solves the elastic model; None where there is none.
        """
        return self._beginning.start(plans)

    def whole(self, begin: Floats | None) -> SolveResult:
        """
        Returns the outcome of branch and bound, improvement by parts, and proof.
        """
        kept = self._kept(begin)

        if begin is None and self._counted > _MOST_BRANCHED:
            return self._ended(None, SolveResult(termination=Termination.TIME_LIMIT))

        if begin is None:
            return self._branch(None, "search")

        if kept is not None:
            begin = self._narrowed(begin, kept)

        first = SolveResult(termination=Termination.TIME_LIMIT)

        if self._stages:
            first, whole = self._first(kept)

            if first.values is not None and not _goes_on(first):
                return first if whole else self._proven_at_once(first)

        begin = self._strengthen(self._better(begin, first.values))
        best, rests = self._improved(begin)
        kept = self._kept(best)

        if self._over():
            return self._ended(kept, first)

        provable = rests or self._may_be_proven() or self._is_provable()

        if kept is None or (provable and self._counted <= _MOST_BRANCHED):
            last = self._proven(kept, natural=self._is_natural_tight())

            return self._joined(first, self._not_worse(last, kept))

        return self._ended(kept, first)

    def _narrowed(self, begin: Floats, kept: Floats) -> Floats:
        """
        Leaves out plans that lack what every plan needs that is cheaper than the best
        one known, and returns a start that does not.

        From here on a bound of the model is one of all plans: those that are left out
        cost more than one that is not.
        """
        self._needed = sets = needed_lots(
            self._net,
            self._model,
            kept,
            self._params,
            max(self._time.left(), 0.0) * _NEEDED_SHARE,
            self._control,
        )
        self._model = self._model.with_one_of(sets)
        self._elastic = Elastic(self._model.compiled)

        return begin if has_needed(begin, sets) else self._elastic.extended(kept)

    def _not_worse(self, result: SolveResult, kept: Floats | None) -> SolveResult:
        """
        Returns the outcome of a last search with the plan that it began with, where it
        has none that is cheaper.
        """
        if kept is None or result.termination is Termination.CANCELLED:
            return result

        cost = self._model.compiled.cost_of(kept)

        if result.values is not None and result.objective <= cost:
            return result

        return replace(result, values=kept, objective=cost)

    def _improved(self, begin: Floats) -> tuple[Floats, bool]:
        """
        Returns what improvement makes of a start, and whether it has come to rest.

        Half of the time is for plans, or less where a proof is near already; most of
        the rest as well, unless it has come near.
        """
        last = _LAST_SHARE if self._may_be_proven() else _SPARE
        spare = last * self._params.time_limit
        part = _BRIEF if self._is_provable() else _HALF
        rest = max((1.0 - part) * self._time.left(), spare)
        clock, improver = self._clock, self._improver_of()
        clock.seconds_left = lambda: self._time.left() - rest
        best, rests = improver.improved(begin)

        if rests or clock.nodes is not None or self._is_provable():
            return best, rests

        clock.seconds_left = lambda: self._time.left() - spare

        return improver.improved(best)

    def _is_provable(self) -> bool:
        return self._nearest() <= _PROVABLE

    def _may_be_proven(self) -> bool:
        """
        Returns whether branch and bound may well end with a proof.
        """
        easy = is_small(self._counted) or self._is_natural_tight()

        return easy and self._nearest() <= FAR

    def _nearest(self) -> float:
        """
        Returns the gap to the highest bound, which may hold for some plans alone.
        """
        bound = max(self._story.bound, self._natural_bound)

        return relative_gap(self._story.incumbent, bound)

    def _is_natural_tight(self) -> bool:
        """
        Returns whether HiGHS' own cuts make the natural model as tight as the other.
        """
        return self._natural_bound >= self._strong_bound

    def _strengthen(self, begin: Floats) -> Floats:
        """
        Improves the bound by that of the strengthened model, and a start by its lots.
        """
        self._story.say("bound")

        begin, found = self._bounded(begin)
        self._story.bound = max(self._story.bound, found.bound)
        self._story.cpu_seconds += found.cpu_seconds
        self._story.say("bound")

        if found.values is not None:
            self._beginning.follow(found.values, _GUIDED_SHARE)
            self._improver_of().guide(found.values)

        best = self._beginning.starts.best

        if best is None or not has_needed(best, self._needed):
            return begin

        return self._cheaper(begin, best)

    def _bounded(self, begin: Floats) -> tuple[Floats, BoundResult]:
        """
        Returns a start, and the bound of the strengthened model.

        Where there is a crew, all of it but one process improve the start meanwhile.
        """
        work = self._lower_bound

        if self._crew is None:
            return begin, work()

        self._crew.wake(self._params, OPTIONS)
        spare = _SPARE * self._params.time_limit
        self._clock.seconds_left = lambda: self._time.left() - spare
        improver = self._improver_of()

        return improved_beside(improver, begin, work, self._crew.size - 1)

    def _lower_bound(self) -> BoundResult:
        """
        Returns the bound of the strengthened model, by its LP and by cuts.
        """
        left = max(self._time.left(), 0.0)
        found = lower_bound(
            self._net,
            self._model,
            self._params,
            left * self._time.share(_BOUND_SHARE, _BOUND_SECONDS),
            self._control,
        )
        self._strong_bound = found.bound
        in_vain = -math.inf < self._natural_bound < found.bound

        return with_cuts(
            found,
            None if in_vain else self._model.compiled,
            self._params,
            left * _CUTS_SHARE,
            self._control,
        )

    def _improver_of(self) -> Improver:
        """
        Returns the improver of this search, which learns as long as that goes on.
        """
        if self._improver is None:
            self._improver = Improver(
                self._net,
                self._model,
                self._elastic,
                self._params,
                self._clock,
                self._story,
                self._control,
                self._crew,
            )

        return self._improver

    def _better(self, begin: Floats, found: Floats | None) -> Floats:
        """
        Returns the cheaper one of a start and a solution of the model.
        """
        if found is None:
            return begin

        return self._cheaper(begin, self._elastic.extended(found))

    def _cheaper(self, begin: Floats, solution: Floats) -> Floats:
        cost_of = self._elastic.compiled.cost_of

        return solution if cost_of(solution) < cost_of(begin) else begin

    def _kept(self, solution: Floats | None) -> Floats | None:
        """
        Returns a solution on the columns of the model, or the best one known that keeps
        to capacity.
        """
        if solution is None or not self._elastic.solves(solution):
            solution = self._beginning.starts.kept

        return None if solution is None else self._elastic.natural(solution)

    def _gap(self) -> float:
        return relative_gap(self._story.incumbent, self._story.bound)

    def _over(self) -> bool:
        wished = self._control is not None and self._control.wish is not None

        return wished or self._time.left() <= 0 or self._gap() <= self._params.gap

    def _ended(self, kept: Floats | None, first: SolveResult) -> SolveResult:
        """
        Returns the outcome of a search that ends without a last branch and bound.
        """
        wish = None if self._control is None else self._control.wish
        limited = self._params.work_limit is not None and self._time.left() > 0
        ending = Termination.WORK_LIMIT if limited else Termination.TIME_LIMIT

        if self._gap() <= self._params.gap:
            ending = Termination.OPTIMAL

        compiled = self._model.compiled
        known = kept is not None and wish is not Termination.CANCELLED
        last = SolveResult(
            termination=ending if wish is None else wish,
            values=kept if known else None,
            objective=compiled.cost_of(kept)
            if kept is not None and known
            else math.inf,
            bound=self._story.bound,
        )

        return self._joined(first, last)

    def _joined(self, first: SolveResult, last: SolveResult) -> SolveResult:
        """
        Returns the last phase's outcome with what all phases have proven and spent.
        """
        return replace(
            last,
            bound=max(first.bound, last.bound, self._story.bound),
            nodes=self._story.nodes,
            iterations=first.iterations + last.iterations,
            cpu_seconds=self._story.cpu_seconds,
        )

    def _first(self, kept: Floats | None) -> tuple[SolveResult, bool]:
        """
        Returns the outcome of a first branch and bound, and whether that was on the
        whole model.

        Where a plan loses nothing, nothing may be lost: that is far quicker, and what
        it proves does not count.
        """
        lossless = Lossless(self._model)

        if kept is None or not lossless.holds(kept):
            result = self._tried(
                self._model.compiled, kept, self._story.whole("search")
            )
            self._story.account(result)
            self._natural_bound = result.bound

            return result, True

        result = self._tried(
            lossless.compiled(), lossless.rounded(kept), self._story.part("search")
        )
        self._story.spend(result)
        self._natural_bound = result.bound

        return replace(result, bound=-math.inf), False

    def _tried(
        self, problem: Compiled, start: Floats | None, listener: Listener
    ) -> SolveResult:
        """
        Returns the outcome of a first branch and bound, which has less time where it
        does not come near a proof.
        """
        if self._params.work_limit is not None:
            return solve(
                problem,
                self._time.limits(_SMALL_SHARE),
                start=start,
                listener=listener,
                control=self._control,
            )

        return solve_while_near(
            problem,
            self._time.limits(_FIRST_SHARE),
            Prospect(self._control, self._stages, self._time.left()),
            start,
            listener,
        )

    def _proven_at_once(self, first: SolveResult) -> SolveResult:
        """
        Returns the outcome of a proof of a plan that is the best one without losses.
        """
        last = self._branch(first.values, "proof")

        return self._joined(first, self._not_worse(last, first.values))

    def _branch(self, begin: Floats | None, phase: str) -> SolveResult:
        result = solve(
            self._model.compiled,
            self._time.within(),
            start=begin,
            listener=self._story.whole(phase),
            control=self._control,
        )
        self._story.account(result)

        return result

    def _proven(self, kept: Floats | None, *, natural: bool) -> SolveResult:
        """
        Returns the outcome of a last branch and bound, on the strengthened model where
        there is a plan to be proven, and HiGHS' own cuts do not make the natural one as
        tight: its nodes are quicker, and its heuristics find more.
        """
        if kept is None or natural:
            return self._branch(kept, "search" if kept is None else "proof")

        result = prove(
            self._net,
            self._model,
            self._time.within(),
            start=kept,
            listener=self._story.whole("proof"),
            control=self._control,
        )
        self._story.account(result)

        return result


def _goes_on(result: SolveResult) -> bool:
    """
    Returns whether a first search has left something to find.
    """
    return result.termination in {Termination.TIME_LIMIT, Termination.WORK_LIMIT}
