"""
Columns of text made from codes, compact where they are long.

A short column has the declared type, text. In a long one, words that come again and
again are a category, which takes a tenth of the room and of the time; keys that hardly
repeat, of orders and demands, are text there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from lotwright.model.arrays import Whole
from lotwright.model.kernel import kernel
from lotwright.model.network import Ints, Texts

#: Rows from which on a column of words is a category.
LONG = 100_000

#: Length of the keys that are most frequent.
_WIDTH = 12

Bytes = NDArray[np.uint8]

_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """
    The words that a column may hold, each once.

    Parameters
    ----------
    words
        In alphabetical order where codes were made from labels.
    code
        Word of each label and, last, of a blank; shape ``(n + 1,)``.
    """

    words: pd.Index
    code: Whole

    def column(self, rows: Whole) -> pd.Series:
        """
        Returns the word of each label; -1 is a blank.
        """
        code = np.empty(len(rows), dtype=self.code.dtype)
        _look_up(code, self.code, None, rows)

        return self._words(code)

    def column_of(self, label: Whole, rows: Whole) -> pd.Series:
        """
        Returns the word of each row, without a list of the labels of all rows.

        Parameters
        ----------
        label
            Label of each thing, -1 for a blank.
        rows
            The things that the rows are of; -1 is the last of them.
        """
        code = np.empty(len(rows), dtype=self.code.dtype)
        _look_up(code, self.code, label, rows)

        return self._words(code)

    def _words(self, code: Whole) -> pd.Series:
        if len(code) < LONG:
            return pd.Series(self.words.take(code), dtype="str")

        kept = pd.Categorical.from_codes(
            code, dtype=pd.CategoricalDtype(self.words), validate=False
        )

        return pd.Series(kept, copy=False)


def vocabulary(labels: Texts | Sequence[str], *, blank: bool = False) -> Vocabulary:
    """
    Returns the vocabulary of some labels.

    Parameters
    ----------
    labels
        With or without repetition.
    blank
        Whether a column may have blanks besides.
    """
    given = np.array([*labels, ""] if blank else labels, dtype=np.object_)
    code, words = pd.factorize(given, sort=True)
    code = code if blank else np.append(code, -1)
    size = (
        np.int8 if len(words) < 2**7 else np.int16 if len(words) < 2**15 else np.int32
    )

    return Vocabulary(words=pd.Index(words, dtype="str"), code=code.astype(size))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keys:
    """
    Keys as one run of bytes.

    Parameters
    ----------
    start
        Where each key begins, and the end of the last one, shape ``(n + 1,)``.
    data
        The bytes.
    width
        Length of every key, a multiple of 4; 0 where it is none, or lengths differ.
    """

    start: Ints
    data: Bytes
    width: int = 0

    def __len__(self) -> int:
        return len(self.start) - 1

    def column(self, rows: Whole) -> pd.Series:
        """
        Returns the key of each row as text.
        """
        if self.width:
            return _as_column(*_gathered_alike(self.data, self.width, rows))

        return _as_column(*_gathered(self.start, self.data, None, rows))

    def column_of(self, label: Whole, rows: Whole) -> pd.Series:
        """
        Returns the key of each row as text, without a list of the labels of all rows.

        Parameters
        ----------
        label
            Key of each thing.
        rows
            The things that the rows are of; -1 is the last of them.
        """
        return _as_column(*_gathered(self.start, self.data, label, rows))

    def all(self) -> pd.Series:
        """
        Returns all keys as text.
        """
        return _as_column(self.start, self.data)


def keys_of(*parts: Texts | Sequence[str] | Keys) -> Keys:
    """
    Returns the keys of all parts, one after the other.
    """
    known = [part if isinstance(part, Keys) else _as_keys(part) for part in parts]
    start = np.empty(sum(map(len, known)) + 1, dtype=np.int64)
    start[-1] = at = end = 0

    for part in known:
        np.add(part.start[:-1], end, out=start[at : at + len(part)])
        at += len(part)
        start[-1] = end = end + int(part.start[-1])

    return Keys(start=start, data=np.concatenate([part.data for part in known]))


def words_at(keys: Keys | pd.Series | Texts, rows: Ints) -> list[str]:
    """
    Returns the keys of some rows, each as a word.
    """
    if not len(rows):
        return []

    known = keys.column(rows) if isinstance(keys, Keys) else pd.Series(keys).take(rows)

    return [str(key) for key in known.tolist()]


def hexadecimal(number: NDArray[np.uint64], digits: int) -> Keys:
    """
    Returns the last digits of numbers in hexadecimal.
    """
    return Keys(
        start=np.arange(len(number) + 1, dtype=np.int64) * digits,
        data=_rendered(number, digits, _DIGITS),
        width=0 if digits % 4 else digits,
    )


def utf8(labels: Texts | Sequence[str]) -> Keys:
    """
    Returns labels as bytes.
    """
    return _as_keys(labels)


def _as_keys(labels: Texts | Sequence[str]) -> Keys:
    array = pa.array(labels, type=pa.large_string())

    if not len(array):
        return Keys(start=np.zeros(1, dtype=np.int64), data=np.zeros(0, dtype=np.uint8))

    _, starts, data = array.buffers()
    start = np.frombuffer(starts, dtype=np.int64)[: len(array) + 1]
    content = np.zeros(0) if data is None else np.frombuffer(data, dtype=np.uint8)

    return Keys(start=start, data=content[: start[-1]].astype(np.uint8, copy=False))


def _as_column(start: Ints, data: Bytes) -> pd.Series:
    array = pa.LargeStringArray.from_buffers(
        len(start) - 1, pa.py_buffer(start), pa.py_buffer(data)
    )

    return pd.Series(pd.array(array, dtype="str"), copy=False)


def _gathered(
    start: Ints, data: Bytes, label: Whole | None, rows: Whole
) -> tuple[Ints, Bytes]:
    """
    Returns where the keys of some rows begin, and their bytes.
    """
    first = np.empty(len(rows) + 1, dtype=np.int64)
    found = np.empty(_length(start, label, rows), dtype=np.uint8)
    _gather(found, first, start, data, label, rows)

    return first, found


def _gathered_alike(data: Bytes, width: int, rows: Whole) -> tuple[Ints, Bytes]:
    """
    Returns where the keys of some rows begin, and their bytes, where all are as long.
    """
    found = np.empty((len(rows), width // 4), dtype=np.uint32)
    _gather_alike(found, data.view(np.uint32).reshape(-1, width // 4), rows)
    first = np.arange(0, (len(rows) + 1) * width, width, dtype=np.int64)

    return first, found.view(np.uint8).ravel()


@kernel
def _gather_alike(
    found: NDArray[np.uint32], words: NDArray[np.uint32], rows: Whole
) -> None:
    for n in range(len(rows)):
        row = rows[n]

        for k in range(found.shape[1]):
            found[n, k] = words[row, k]


@kernel
def _look_up(
    found: Whole,
    code: Whole,
    label: Whole | None,
    rows: Whole,
) -> None:
    for n in range(len(rows)):
        found[n] = code[rows[n] if label is None else label[rows[n]]]


@kernel
def _length(start: Ints, label: Whole | None, rows: Whole) -> int:
    total = 0

    for n in range(len(rows)):
        row = rows[n] if label is None else label[rows[n]]
        total += int(start[row + 1] - start[row])

    return total


@kernel
def _gather(
    found: Bytes,
    first: Ints,
    start: Ints,
    data: Bytes,
    label: Whole | None,
    rows: Whole,
) -> None:
    first[0] = to = 0

    for n in range(len(rows)):
        row = rows[n] if label is None else label[rows[n]]
        begin = start[row]
        size = start[row + 1] - begin

        # Identifiers of orders are copied in one go, for their length is fixed.
        if size == _WIDTH:
            for k in range(_WIDTH):
                found[to + k] = data[begin + k]
        else:
            for k in range(size):
                found[to + k] = data[begin + k]

        to += size
        first[n + 1] = to


@kernel
def _rendered(number: NDArray[np.uint64], digits: int, alphabet: Bytes) -> Bytes:
    found = np.empty(len(number) * digits, dtype=np.uint8)
    low = np.uint64(15)
    step = np.uint64(4)

    for n in range(len(number)):
        rest = number[n]

        for k in range(digits - 1, -1, -1):
            found[n * digits + k] = alphabet[rest & low]
            rest >>= step

    return found
