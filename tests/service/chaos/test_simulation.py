"""
Tests of leases in simulated time: workers crash, stand still and come back, users
change their minds, the clock jumps; thousands of stories in a minute.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Generator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from lotwright.fanout.task import Wish
from lotwright.service.store import leases, runs
from lotwright.service.store import store as stores
from lotwright.service.store.leases import Lease, News
from lotwright.service.store.migrate import migrate
from lotwright.service.store.schema import RunStatus, open_run
from lotwright.service.store.store import Store, open_store
from lotwright.service.store.tenants import create_tenant
from lotwright.service.store.turns import LEASE
from tests.service.chaos.harness import assert_ended
from tests.service.chaos.volume import dice, volume
from tests.service.clock import Clock
from tests.service.fixtures import order, put_version

_STORIES = volume(200, 20_000)

#: How often fairness is looked at, and how many runs wait then.
_ROUNDS = volume(2, 20)
_QUEUED = volume(50, 100)

_WORKERS = 4
_RUNS = 3

#: Steps of chaos; after them everything works, and so all must come to an end.
_CHAOS = 30
_PEACE = 400


class _Crash(Exception):
    """
    A worker dies in the middle of a transaction, or right after it.
    """


@dataclass(slots=True)
class _Player:
    """
    A simulated worker, and the lease that it believes to have.
    """

    name: str
    lease: Lease | None = None
    sleeps_until: float = 0.0


class _Story:
    """
    One simulated story, told by random numbers.
    """

    def __init__(self, store: Store, clock: Clock, rng: random.Random) -> None:
        self.store = store
        self.clock = clock
        self.rng = rng
        self.chaos = True
        self.teller = threading.get_ident()
        self.holders: dict[str, tuple[int, float]] = {}
        self.players = [_Player(f"w{number}") for number in range(_WORKERS)]

        with store.open() as connection:
            self.tenant = create_tenant(store, connection, f"{rng.random()}")

        asked = order(*put_version(store, self.tenant))

        with store.of(self.tenant) as connection:
            self.runs = [
                runs.enqueue(store, connection, self.tenant, asked)
                for _ in range(_RUNS)
            ]

    def play(self) -> None:
        """
        Lets chaos reign, then peace, until all runs are over.
        """
        for step in range(_CHAOS + _PEACE):
            self.chaos = step < _CHAOS
            self.clock.move(self.rng.uniform(0.0, 3.0))

            if self.chaos:
                self._interfere()

            self._act(self.rng.choice(self.players))

            if not self.chaos and self._are_over():
                return

        msg = "Some runs never end."
        raise AssertionError(msg)

    def point(self, name: str) -> None:
        """
        Stands where the service could die; other threads pass.
        """
        if threading.get_ident() != self.teller:
            return

        if self.chaos and self.rng.random() < 0.03:
            raise _Crash(name)

    def _interfere(self) -> None:
        if self.rng.random() < 0.02:
            self.clock.move(self.rng.choice((-3600.0, 3600.0)))

        if self.rng.random() < 0.05:
            wanted = self.rng.choice(("stop", "cancel"))
            run = self.rng.choice(self.runs)

            try:
                with self.store.of(self.tenant) as connection:
                    runs.wish(self.store, connection, self.tenant, run, wanted)
            except _Crash:
                pass

    def _act(self, player: _Player) -> None:
        if self.clock.now < player.sleeps_until and self.chaos:
            return

        if self.chaos and self.rng.random() < 0.05:
            player.sleeps_until = self.clock.now + self.rng.uniform(5.0, 60.0)
            return

        try:
            if player.lease is None:
                player.lease = self._claimed(player)
            elif not self._went_on(player.lease):
                player.lease = None
        except _Crash:
            player.lease = None

    def _claimed(self, player: _Player) -> Lease | None:
        lease = leases.claim(self.store, player.name)

        if lease is None:
            return None

        with self.store.look(self.tenant) as connection:
            found = runs.find(connection, self.tenant, lease.run_id)

        assert found is not None
        before = self.holders.get(lease.run_id, (0, 0.0))

        assert before[0] < lease.attempt <= leases.MOST_ATTEMPTS
        self.holders[lease.run_id] = (lease.attempt, found.lease_until)

        return lease

    def _went_on(self, lease: Lease) -> bool:
        """
        Returns whether a worker goes on with its run.
        """
        does = self.rng.random()

        if does < 0.6 and self.chaos:
            news = News(phase="improve", incumbent=self.rng.random())
            wish = leases.renew(self.store, lease, news)

            if wish is Wish.CANCEL:
                leases.fail(self.store, lease, "cancelled", "")

            return wish in (Wish.NONE, Wish.STOP)

        if does < 0.7 and self.chaos:
            leases.give_back(self.store, lease, "died")
        elif does < 0.75 and self.chaos:
            leases.fail(self.store, lease, "poison", "")
        else:
            self._succeed(lease)

        return False

    def _succeed(self, lease: Lease) -> None:
        token = f"{lease.run_id} {lease.attempt}".encode()

        if leases.succeed(self.store, lease, {"orders": token}, {}):
            assert self.holders[lease.run_id][0] == lease.attempt

    def _are_over(self) -> bool:
        with self.store.glance() as connection:
            return connection.execute(select(open_run)).first() is None

    def check(self) -> None:
        """
        Asserts what must be true in the end.
        """
        for run in self.runs:
            with self.store.look(self.tenant) as connection:
                found = runs.find(connection, self.tenant, run)
                story = runs.events(connection, self.tenant, run)

            assert found is not None
            assert_ended(self.store, self.tenant, found)
            wishes = [event.data["wish"] for event in story if event.kind == "wish"]

            if "cancel" in wishes:
                assert RunStatus.CANCELLED.value == found.status or (
                    found.error_code == "poison"
                )


@pytest.fixture
def clocked() -> Generator[tuple[Store, Clock]]:
    """
    A store in memory, and its clock.
    """
    clock = Clock()
    store = open_store("sqlite://", clock=clock)
    migrate(store)
    yield store, clock
    store.close()


@pytest.mark.slow
def test_every_story_ends_well(
    clocked: tuple[Store, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that in each story every run ends once, with at most three attempts, and has a
    result only where it has succeeded.
    """
    store, clock = clocked
    first = dice().randrange(1 << 32)

    for seed in range(first, first + _STORIES):
        monkeypatch.setattr(stores, "pass_point", lambda _: None)
        monkeypatch.setattr(leases, "pass_point", lambda _: None)
        story = _Story(store, clock, random.Random(seed))
        monkeypatch.setattr(stores, "pass_point", story.point)
        monkeypatch.setattr(leases, "pass_point", story.point)

        try:
            story.play()
            story.check()
        except AssertionError as error:
            msg = f"Story {seed} ends badly."
            raise AssertionError(msg) from error


def test_tenants_with_few_runs_need_not_wait(clocked: tuple[Store, Clock]) -> None:
    """
    Tests that the one run of a tenant begins within two others of a tenant that has
    queued many, time and again.
    """
    store, clock = clocked

    for number in range(_ROUNDS):
        begun, last = _begun(store, clock, str(number))

        assert last in begun[:3]


def _begun(store: Store, clock: Clock, mark: str) -> tuple[list[str], str]:
    """
    Returns whose runs begin, and the tenant that has queued one, as the last.
    """
    queue: dict[str, list[str]] = {}

    for name, number in ((f"many {mark}", _QUEUED), (f"one {mark}", 1)):
        with store.open() as connection:
            tenant = create_tenant(store, connection, name)

        asked = order(*put_version(store, tenant))
        queue[tenant] = []

        with store.of(tenant) as connection:
            for _ in range(number):
                clock.move(0.01)
                queue[tenant].append(runs.enqueue(store, connection, tenant, asked))

    begun: list[str] = []

    for _ in range(4):
        lease = leases.claim(store, "w")
        assert lease is not None
        begun.append(lease.tenant_id)
        clock.move(1.0)
        assert leases.succeed(store, lease, {"orders": b"x"}, {})

    many, one = queue

    with store.of(many) as connection:
        for run in queue[many]:
            runs.wish(store, connection, many, run, "cancel")

    return begun, one


def test_lost_runs_do_not_keep_a_tenant_waiting(clocked: tuple[Store, Clock]) -> None:
    """
    Tests that runs whose workers are gone are taken over though older ones wait again.
    """
    store, clock = clocked

    with store.open() as connection:
        tenant = create_tenant(store, connection, "maker")

    asked = order(*put_version(store, tenant))

    with store.of(tenant) as connection:
        for _ in range(3):
            clock.move(1.0)
            runs.enqueue(store, connection, tenant, asked)

    oldest = leases.claim(store, "w1")
    assert oldest is not None
    assert leases.claim(store, "w2") is not None

    clock.move(-100.0)
    assert leases.give_back(store, oldest, "died")
    clock.move(100.0)
    third = leases.claim(store, "w3")
    assert third is not None

    clock.move(LEASE + 1)

    assert leases.claim(store, "w4") is not None


def test_a_clock_that_is_put_back_keeps_no_run(clocked: tuple[Store, Clock]) -> None:
    """
    Tests that a run whose worker is gone is begun again though its lease seems to last.
    """
    store, clock = clocked

    with store.open() as connection:
        tenant = create_tenant(store, connection, "maker")

    asked = order(*put_version(store, tenant))

    with store.of(tenant) as connection:
        runs.enqueue(store, connection, tenant, asked)

    assert leases.claim(store, "w1") is not None
    clock.move(-3600.0)

    again = leases.claim(store, "w2")

    assert again is not None
    assert 2 == again.attempt
