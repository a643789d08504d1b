"""
The nursery: the mother of the processes that this one starts, or another in her place.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from typing import IO

from lotwright.fanout.children import (
    Child,
    Forked,
    Spawned,
    command,
    end_of,
    told,
)
from lotwright.fanout.order import Order

logger = logging.getLogger(__name__)

#: Seconds that a mother may take to learn a task and to bear a child, on a machine that
#: has other work.
_PATIENCE = 300.0

#: After so many mothers in a row who have borne nobody, no other is tried.
_MOST_FAILURES = 3

#: Beginnings of variables that nobody reads before there is a task.
_LATE = ("LOTWRIGHT_", "PYTEST_")

#: What libraries may read when they are imported: variables, and places of modules.
_World = tuple[dict[str, str], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mother:
    """
    A mother as her owner sees her, and the world that she was started in.
    """

    process: subprocess.Popen[bytes]
    line: socket.socket
    words: IO[bytes]
    world: _World

    def retire(self) -> None:
        """
        Lets her end with the last of her children.
        """
        # A copy of this process may hold the line as well.
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)

        self.line.close()
        self.words.close()


class Nursery:
    """
    Has children borne by a mother who knows what they need; where there can be none,
    they are started anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mother: _Mother | None = None
        self._retired: list[subprocess.Popen[bytes]] = []
        self._barren: _World | None = None
        self._failures = 0

    def child(self, order: Order) -> Child:
        """
        Returns a process that does what is ordered.
        """
        return self._forked(order) or Spawned(order)

    def _forked(self, order: Order) -> Forked | None:
        """
        Returns a child that was borne, None where that cannot be.
        """
        if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
            return None

        cord, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)

        with theirs:
            mother = self._asked(order, theirs.fileno())

        if mother is None:
            cord.close()
            return None

        cord.settimeout(_PATIENCE)
        news = told(cord)
        cord.settimeout(None)

        if "pid" in news:
            self._failures = 0
            return Forked(int(news["pid"]), cord, mother.process)

        cord.close()
        self._give_up(mother, str(news.get("unfit", "")))

        return None

    def _asked(self, order: Order, cord: int) -> _Mother | None:
        """
        Returns the mother who has got an order, None where nobody has.
        """
        with self._lock:
            mother = self._fit_mother(order)

            if mother is None:
                return None

            folder = os.open(".", os.O_PATH | os.O_DIRECTORY)
            ends = [order.inbox, order.outbox, order.words, folder, cord]

            try:
                socket.send_fds(mother.line, [order.packed()], ends)
            except OSError as error:
                logger.info("An order does not reach the mother process: %s", error)
                return None
            finally:
                os.close(folder)

            return mother

    def _fit_mother(self, order: Order) -> _Mother | None:
        """
        Returns a mother who lives in the same world as this process, None where there
        can be none.
        """
        world = _early(order), list(sys.path)
        mother = self._mother

        if mother is not None and (
            mother.world != world or mother.process.poll() is not None
        ):
            self._dismiss(mother)

        if self._mother is None and self._barren != world:
            self._mother = self._new_mother(order, world)

        return self._mother

    def _new_mother(self, order: Order, world: _World) -> _Mother:
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        words = tempfile.TemporaryFile()  # noqa: SIM115  # open while she lives

        with theirs:
            process = subprocess.Popen(
                command("mother", str(theirs.fileno())),
                env=dict(order.environment),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

        ours.settimeout(_PATIENCE)
        self._retired = [each for each in self._retired if each.poll() is None]

        return _Mother(process=process, line=ours, words=words, world=world)

    def _give_up(self, mother: _Mother, why: str) -> None:
        """
        Does without a mother who has not borne a child, and maybe without any.
        """
        with self._lock:
            if mother is not self._mother:
                return

            if not why:
                mother.process.kill()
                why = f"It died or did not answer. {end_of(mother.words)}".strip()

            self._failures += 1
            self._dismiss(mother)

            if self._failures == _MOST_FAILURES:
                self._failures = 0
                self._barren = mother.world
                logger.warning("Processes are started anew from now on: %s", why)

    def _dismiss(self, mother: _Mother) -> None:
        mother.retire()
        self._retired.append(mother.process)
        self._mother = None

    def end(self) -> None:
        """
        Ends all mothers, and with them their children.
        """
        if self._mother is not None:
            self._dismiss(self._mother)

        for process in self._retired:
            process.kill()
            process.wait()


def _early(order: Order) -> dict[str, str]:
    return {
        name: value
        for name, value in order.environment.items()
        if not name.startswith(_LATE)
    }


#: The nursery of this process, and those that it is a copy of have had.
_nurseries: dict[int, Nursery] = {}


def nursery() -> Nursery:
    """
    Returns the nursery of this process.
    """
    return _nurseries.setdefault(os.getpid(), Nursery())


@atexit.register
def _end() -> None:
    if (found := _nurseries.get(os.getpid())) is not None:
        found.end()
