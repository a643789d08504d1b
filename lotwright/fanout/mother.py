"""
The mother process: imports what tasks need, once, and forks a child for each order.

A child begins with all that its mother knows, so that it costs next to nothing. A
mother has one thread and does no task, so that her copy is as good as a new process.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import selectors
import signal
import socket
import sys
import warnings
from pathlib import Path

from lotwright.fanout import worker
from lotwright.fanout.order import Order

#: Longest order, which the kernel limits further.
LONGEST = 1 << 20

#: Descriptors that come with an order: inbox, outbox, words, folder and cord.
_NUM_ENDS = 5

#: Threads of libraries that see to forks by themselves, by their names.
_HARMLESS = frozenset({"jemalloc_bg_thd"})

#: Once the first module is there, the second one loads what other processes have
#: compiled; they are known by their names alone, as tasks are.
_KERNELS = "lotwright.model.kernel"
_LOADER = "lotwright.model.loaded_kernels"


class UnfitError(Exception):
    """
    No process like this one can be a mother.
    """


def live(line: int) -> None:
    """
    Bears a child for each order, and is one in each child.

    Parameters
    ----------
    line
        Descriptor of the socket that orders come from.
    """
    order = _Mother(socket.socket(fileno=line)).serve()

    if order is None:
        os._exit(0)

    worker.work(order.task, order.inbox, order.outbox, order.memory_mb)


class _Mother:
    """
    Waits for orders, for children that end, and for those that nobody wants any more.

    Every child hangs on a cord, a socket whose other end its owner holds: the owner
    hears on it of birth and end, and hangs up to have it killed.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._cords: dict[int, socket.socket] = {}
        # An object without a descriptor, which children would share.
        self._looks = selectors.PollSelector()
        self._wakes, waking = socket.socketpair()
        self._waking = waking
        # Copies of the owner hold its ends as well, yet its death is seen.
        self._owner = os.pidfd_open(os.getppid())

        for end in (self._wakes, waking):
            end.setblocking(False)

        signal.signal(signal.SIGCHLD, _heed)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)

        for watched in (line, self._wakes, self._owner):
            self._looks.register(watched, selectors.EVENT_READ)

    def serve(self) -> Order | None:
        """
        Returns, in a child, what it is to do, and None in a mother who is done.
        """
        while self._line.fileno() >= 0 or self._cords:
            for key, _ in self._looks.select():
                if key.fileobj == self._owner:
                    return None

                if key.fileobj is self._wakes:
                    self._bury()
                elif key.fileobj is not self._line:
                    self._kill(key.data, key.fileobj)
                elif (order := self._attend()) is not None:
                    return order

        return None

    def _attend(self) -> Order | None:
        """
        Bears the child of the next order, and returns the order in the child alone.
        """
        text, ends, _, _ = socket.recv_fds(
            self._line, LONGEST, _NUM_ENDS, socket.MSG_CMSG_CLOEXEC
        )

        if not text:
            self._looks.unregister(self._line)
            self._line.close()
            return None

        inbox, outbox, words, folder, last = ends
        order = Order.of(text, inbox, outbox, words)
        cord = socket.socket(fileno=last)

        if self._bear(order, cord):
            _settle(order, folder)
            return order

        for end in (inbox, outbox, words, folder):
            os.close(end)

        return None

    def _bear(self, order: Order, cord: socket.socket) -> bool:
        """
        Returns whether this is the child.
        """
        try:
            self._learn(order.task)
            pid = _forked()
        except (OSError, UnfitError) as error:
            _say(cord, unfit=str(error))
            cord.close()
            return False

        if pid:
            self._cords[pid] = cord
            self._looks.register(cord, selectors.EVENT_READ, pid)
            _say(cord, pid=pid)
            return False

        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._owner)

        for end in (self._line, self._wakes, self._waking, cord, *self._cords.values()):
            end.close()

        return True

    def _learn(self, task: str) -> None:
        """
        Imports the module of a task, unless it is somebody else's.

        Raises
        ------
        UnfitError
            When there are threads afterwards.
        """
        module = task.partition(":")[0]
        num_modules = len(sys.modules)

        # Others may change what they import, which is not to last.
        if module.startswith("lotwright."):
            with contextlib.suppress(Exception):
                # What is wrong here goes wrong in the child, which can tell of it.
                importlib.import_module(module)

        if _loaded() or len(sys.modules) > num_modules:
            # What is there stays: nobody touches its pages to collect garbage.
            gc.collect()
            gc.freeze()

        if strange := _threads() - _HARMLESS:
            msg = f"It has the threads {', '.join(sorted(strange))}."
            raise UnfitError(msg)

    def _kill(self, pid: int, cord: object) -> None:
        """
        Kills a child whose owner has hung up; its number is good until it is buried.
        """
        if self._cords.get(pid) is cord:
            self._looks.unregister(self._cords[pid])
            os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        """
        Tells the owners of children who are dead how they have ended.
        """
        with contextlib.suppress(BlockingIOError):
            self._wakes.recv(select.PIPE_BUF)

        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = found
                cord = self._cords.pop(pid)
                _say(cord, status=os.waitstatus_to_exitcode(status))

                with contextlib.suppress(KeyError):
                    self._looks.unregister(cord)

                cord.close()


def _heed(_signal: int, _frame: object) -> None:
    """
    Does nothing: that the signal was heard is what counts.
    """


def _say(cord: socket.socket, **news: int | str) -> None:
    # An owner who has gone need not know.
    with contextlib.suppress(OSError):
        cord.send(json.dumps(news).encode())


def _loaded() -> int:
    """
    Returns how many compiled functions were loaded now.
    """
    if _KERNELS not in sys.modules:
        return 0

    with contextlib.suppress(Exception):
        return int(importlib.import_module(_LOADER).load_kernels())

    return 0


def _forked() -> int:
    """
    Returns the number of a new child, 0 in the child.
    """
    sys.stdout.flush()
    sys.stderr.flush()

    with warnings.catch_warnings():
        # Of threads that are known to do no harm.
        warnings.simplefilter("ignore", DeprecationWarning)

        return os.fork()


def _threads() -> set[str]:
    """
    Returns names of the threads of this process, but for the first one.
    """
    first = str(os.getpid())

    return {
        (folder / "comm").read_text().strip()
        for folder in Path("/proc/self/task").iterdir()
        if folder.name != first
    }


def _settle(order: Order, folder: int) -> None:
    """
    Makes a child what a process that is started anew would be.
    """
    os.setsid()
    os.fchdir(folder)
    os.environ.clear()
    os.environ.update(order.environment)

    for end in (1, 2):
        os.dup2(order.words, end)

    os.close(order.words)
    os.close(folder)
