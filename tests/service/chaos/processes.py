"""
What runs in processes of its own: the API, workers, and single steps that die.

They are forked from a process that has imported everything, so that one more of them
costs next to nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import uvicorn

from lotwright.service.api.app import create_app
from lotwright.service.settings import Settings
from lotwright.service.store.store import open_store
from lotwright.service.up import open_at
from lotwright.service.work import asked, attempt
from lotwright.service.work.jobs import JobRunner
from lotwright.service.work.worker import Worker
from tests.service.chaos import tasks

#: Variable by which processes of one test are found, and those that they have started.
MARK = "LOTWRIGHT_TEST_MARK"

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


def started(function: Callable[..., None], *arguments: object) -> BaseProcess:
    """
    Returns a process that runs a function of this module.
    """
    process = _forks.Process(target=function, args=arguments, daemon=True)
    process.start()

    return process


def serve(settings: Settings, mark: str) -> None:
    """
    Is the API.
    """
    os.environ[MARK] = mark
    app = create_app(settings)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="critical")


def work(settings: Settings, mark: str, task: str) -> None:
    """
    Is a worker, with a stand-in for planning.
    """
    os.environ[MARK] = mark
    vars(asked)["plan_task"] = getattr(tasks, task)
    attempt.PULSE = 0.2
    Worker(open_at(settings), settings).run()


def do_jobs(settings: Settings, point: str, line: Connection) -> None:
    """
    Does all jobs that wait, and dies at a point of it.

    Parameters
    ----------
    settings
        The service.
    point
        Where it dies; blank for nowhere.
    line
        Where it says that it begins.
    """
    os.environ["LOTWRIGHT_FAIL_POINT"] = point
    store = open_store(settings.database_url)
    runner = JobRunner(store, settings, "child", chores={})
    line.send("begins")

    while runner.step():
        pass


def die_at(point: str, turns: int, step: Callable[..., None], *given: object) -> None:
    """
    Does a step, and dies at a point of it.
    """
    os.environ["LOTWRIGHT_FAIL_POINT"] = f"{point}:{turns}"
    step(*given)
