"""Finds which element of one sequence answers to which of another, so that one gap is told once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")
Pairs = dict[int, int]
"""Position in the first sequence → position in the second, both growing."""


def aligned(first: Sequence[T], second: Sequence[T], *keys: Callable[[T], Hashable]) -> Pairs:
    """The pairs that agree in the first key, and in the gaps that it leaves those that agree in the next."""
    if not keys or not first or not second:
        return {}
    key, *looser = keys
    matcher = SequenceMatcher(None, [key(one) for one in first], [key(one) for one in second], autojunk=False)
    pairs: Pairs = {}
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            pairs |= dict(zip(range(i, i_end), range(j, j_end), strict=True))
        else:
            inner = aligned(first[i:i_end], second[j:j_end], *looser)
            pairs |= {i + left: j + right for left, right in inner.items()}
    return pairs
