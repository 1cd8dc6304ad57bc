"""How much is measured: everything on a quiet machine, or just enough to show that the benchmark works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of the parts; a round that is not counted goes before the others in each."""

    merge_municipalities: int
    merge_rounds: int
    package_municipalities: int
    package_rounds: int
    stages: tuple[int, ...]
    """The run makes the last; its time is looked at when each of the others is reached."""
    documents: tuple[str, ...] = ()
    """Only these, where it is not all that can be."""
    workers: int = 2


SCALES = {
    "full": Scale(4, 15, 2, 4, (10, 100, 357)),
    "small": Scale(2, 2, 2, 1, (1, 2, 3), ("ks-agreement", "project-plan", "citizen-poster", "nhn-order-form")),
}
