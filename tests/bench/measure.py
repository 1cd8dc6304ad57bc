"""Lets contestants take turns, and tells medians, spreads and ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.contestant import Contestant


@dataclass(frozen=True)
class Measured:
    """What one contestant took for a document, in each round that counts."""

    name: str
    documents: int
    seconds: tuple[float, ...]
    processor_seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds a document."""
        return median(self.seconds)

    def figures(self) -> dict[str, Any]:
        """For bench.json, in milliseconds a document."""
        return {
            "documents_in_a_round": self.documents,
            "milliseconds_per_document": round(self.median * 1000, 3),
            "lowest_and_highest_round": [round(edge(self.seconds) * 1000, 3) for edge in (min, max)],
            "processor_milliseconds_per_document": round(median(self.processor_seconds) * 1000, 3),
        }


@dataclass(frozen=True)
class Ratio:
    """How many times as long another took as ours."""

    other: str
    medians: float
    """The ratio of the medians."""
    lowest: float
    highest: float
    """Of the rounds, each by itself."""
    processor: float
    """The same of processor time, however many processes share the work."""

    def figures(self) -> dict[str, Any]:
        """For bench.json."""
        rounds = [round(self.lowest, 2), round(self.highest, 2)]
        return {"ratio": round(self.medians, 2), "rounds": rounds, "processor_time": round(self.processor, 2)}


def interleaved(contestants: Sequence[Contestant], documents: int, rounds: int) -> list[Measured]:
    """Every contestant makes the sample once a round, each round another one first; all are warm by now.

    `documents` is how many there are in the sample, which all time is divided by.
    """
    seconds: dict[str, list[float]] = {one.name: [] for one in contestants}
    processor: dict[str, list[float]] = {one.name: [] for one in contestants}
    for number in range(rounds):
        first = number % len(contestants)
        for one in (*contestants[first:], *contestants[:first]):
            each, used = one.round()
            seconds[one.name].append(sum(each) / documents)
            processor[one.name].append(used / documents)
    return [Measured(one.name, documents, tuple(seconds[one.name]), tuple(processor[one.name])) for one in contestants]


def ratio(other: Measured, ours: Measured) -> Ratio:
    """The other's time against ours."""
    each = [theirs / own for theirs, own in zip(other.seconds, ours.seconds, strict=True)]
    processor = median(other.processor_seconds) / median(ours.processor_seconds)
    return Ratio(other.name, other.median / ours.median, min(each), max(each), processor)
