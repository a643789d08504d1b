"""
Orders: what a working process is to be, and the descriptors that it gets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

#: What libraries of linear algebra read when they are imported: threads cost address
#: space and are of no use here, and no process with threads can be forked.
_ALONE = {"OPENBLAS_NUM_THREADS": "1"}

#: What the service alone has to know: a task works on what it is given.
_SECRET = frozenset(
    {
        "LOTWRIGHT_BACKUP_URL",
        "LOTWRIGHT_DATABASE_URL",
        "LOTWRIGHT_METRICS_TOKEN",
        "LOTWRIGHT_SECRET_KEY",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What a working process is to be.

    Parameters
    ----------
    task
        Name of the function that it does.
    memory_mb
        Limit of its memory in MiB; 0 for none.
    environment
        Its variables.
    inbox, outbox
        Descriptors of its pipes.
    words
        Descriptor of the file that takes what it writes beside its frames.
    """

    task: str
    memory_mb: int
    environment: Mapping[str, str]
    inbox: int
    outbox: int
    words: int

    def packed(self) -> bytes:
        """
        Returns the order without its descriptors, which go beside it.
        """
        return json.dumps([self.task, self.memory_mb, dict(self.environment)]).encode()

    @classmethod
    def of(cls, text: bytes, inbox: int, outbox: int, words: int) -> Order:
        """
        Returns an order that was packed, with descriptors of this process.
        """
        task, memory_mb, environment = json.loads(text)

        return cls(
            task=task,
            memory_mb=memory_mb,
            environment=environment,
            inbox=inbox,
            outbox=outbox,
            words=words,
        )


def environment() -> dict[str, str]:
    """
    Returns the variables of this process, as those that it starts get them: without
    the secrets of the service.
    """
    told = {name: text for name, text in os.environ.items() if name not in _SECRET}

    return told | _ALONE
