"""
Tests of the messages between the solving process and its parent.
"""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from lotwright.solver.highs.ledger import Ledger
from lotwright.solver.highs.speech import ending, news
from lotwright.solver.highs.wire import Decoder, GarbledError, Message, pack


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_messages_survive_any_cut(cut: int) -> None:
    """
    Tests that messages are the same however the pipe cuts them.
    """
    sent = [
        Message(kind="phase", fields={"name": "root"}),
        Message(
            kind="incumbent",
            fields={"objective": float("inf")},
            numbers=np.array([0.1, -0.0, 1e300]),
        ),
    ]
    stream = b"".join(pack(message) for message in sent)
    decoder = Decoder(largest=3)

    received = [
        message
        for begin in range(0, len(stream), cut)
        for message in decoder.feed(stream[begin : begin + cut])
    ]

    assert [m.kind for m in sent] == [m.kind for m in received]
    assert [m.fields for m in sent] == [m.fields for m in received]
    assert sent[1].numbers.tobytes() == received[1].numbers.tobytes()


@pytest.mark.parametrize(
    "stream",
    [
        b"Segmentation fault in a library that prints",
        pack(Message(kind="incumbent", numbers=np.zeros(9))),
        struct.pack("<4sIQ", b"LWH1", 4, 0) + b"{{{{",
        struct.pack("<4sIQ", b"LWH1", 2, 3) + b"[]abc",
        struct.pack("<4sIQ", b"LWH1", 5, 0) + b"[1,2]",
        struct.pack("<4sIQ", b"LWH1", 1 << 30, 0),
    ],
)
def test_garbage_is_seen(stream: bytes) -> None:
    """
    Tests that bytes that are no message, or too long a one, are refused.
    """
    with pytest.raises(GarbledError):
        list(Decoder(largest=8).feed(stream))


@pytest.mark.parametrize(
    "message",
    [
        Message(kind="gossip"),
        Message(kind="phase"),
        Message(kind="progress", fields={"bound": "x", "nodes": 1, "iterations": 1}),
        Message(kind="incumbent", fields={"objective": 1.0}, numbers=np.zeros(2)),
    ],
)
def test_news_that_do_not_fit(message: Message) -> None:
    """
    Tests that a message of an unknown kind or with wrong contents is refused.
    """
    with pytest.raises(GarbledError):
        news(message, num_columns=3)


def test_news_reach_the_watcher() -> None:
    """
    Tests that what is said is what the watcher hears.
    """
    ledger = Ledger(0.0)
    values = np.array([1.0, 2.0])
    message = Message(kind="incumbent", fields={"objective": 5.0}, numbers=values)

    news(message, num_columns=2)(ledger)

    end = ending(_done("time_limit"), num_columns=2, num_rows=1)
    result = ledger.close(end, cpu_seconds=1.0)
    assert 5.0 == result.objective
    assert result.values is values


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"termination": "tired"}, 0),
        ({"has_values": True}, 1),
        ({"has_duals": True}, 2),
        ({"nodes": None}, 0),
    ],
)
def test_endings_that_do_not_fit(fields: dict[str, object], size: int) -> None:
    """
    Tests that an end with unknown words or of the wrong size is refused.
    """
    good = _done("optimal")
    bad = Message(kind="done", fields=good.fields | fields, numbers=np.zeros(size))

    assert ending(good, num_columns=2, num_rows=1).values is None

    with pytest.raises(GarbledError, match="done"):
        ending(bad, num_columns=2, num_rows=1)


def _done(termination: str) -> Message:
    text = f"""{{
        "termination": "{termination}", "objective": Infinity, "bound": 1.0,
        "nodes": 3, "iterations": 4, "has_values": false, "has_duals": false
    }}"""

    return Message(kind="done", fields=json.loads(text))
