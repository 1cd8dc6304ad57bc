"""What stands in a draft for a fact that nobody has stated yet: a marked blank that says which fact is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

_MISSING = {"nb": "mangler", "nn": "manglar"}
_DEPENDS = {"nb": "avhenger av", "nn": "avheng av"}
_UNDECIDED = "uavklart"
_AND_MORE = " m.fl."
_SIGN, _PADDING = 115, 240
"""The width of a sign on the average, and what a table's cell needs at its sides, in twentieths of a point."""
_WORDS = "|".join((*_MISSING.values(), *_DEPENDS.values(), _UNDECIDED)).replace(" ", r"\s+")
BLANK = re.compile(rf"‹(?:{_WORDS})(?:[:\s][^‹›]*)?›")
"""A marked blank in a text, as `Missing` writes it."""


@dataclass(frozen=True, eq=False)
class Missing:
    """A fact that is missing, or what hangs on one; nothing is worked out from it but another one.

    In a condition it holds, so that the paper shows what would stand there. It equals no number and no date, so that
    the plural is printed; whether it equals a text, or is more or less than anything, is missing as well.
    """

    keys: tuple[str, ...]
    """The missing facts by their dotted keys."""
    language: str
    is_short: bool = False
    """Whether it only says that something is missing, for places with little room."""

    def __str__(self) -> str:
        return self._written(_MISSING[self.language])

    def condition(self) -> str:
        """What stands before a text that is there only if the fact says so."""
        return f"‹{_UNDECIDED}› " if self.is_short else f"{self._written(_DEPENDS[self.language])} "

    def fitting(self, width: int) -> Missing:
        """The same for a column of so many twentieths of a point; short where its longest word would not fit."""
        longest = max(len(word) for word in str(self).split())
        return self if longest * _SIGN + _PADDING <= width else self.shortened()

    def shortened(self) -> Missing:
        """The same for a place with little room."""
        return replace(self, is_short=True)

    def _written(self, word: str) -> str:
        if self.is_short or not self.keys:
            return f"‹{word}›"
        return f"‹{word}: {self.keys[0]}{_AND_MORE if len(self.keys) > 1 else ''}›"

    def __iter__(self) -> Iterator[Missing]:
        yield self

    def __len__(self) -> int:
        return 1

    def __getitem__(self, step: Any) -> Self:
        return self

    def __eq__(self, other: object) -> Any:
        return self.with_keys_of(other) if isinstance(other, str) else self is other

    def __ne__(self, other: object) -> Any:
        return self.with_keys_of(other) if isinstance(other, str) else self is not other

    def __hash__(self) -> int:
        return hash((self.keys, self.language, self.is_short))

    def with_keys_of(self, other: object) -> Missing:
        """What is worked out from this and from something else."""
        more = other.keys if isinstance(other, Missing) else ()
        return replace(self, keys=tuple(dict.fromkeys((*self.keys, *more))))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = with_keys_of
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = with_keys_of
    __lt__ = __le__ = __gt__ = __ge__ = with_keys_of

    def __neg__(self) -> Missing:
        return self


def is_blank(text: str) -> bool:
    """Whether a text says that a fact is missing."""
    return "‹" in text and BLANK.search(text) is not None


def shortened(value: Any) -> Any:
    """A value with every blank in its short form."""
    match value:
        case Missing():
            return value.shortened()
        case dict():
            return {name: shortened(one) for name, one in value.items()}
        case list():
            return [shortened(one) for one in value]
    return value
