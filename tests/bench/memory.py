"""Watches the memory of a run's workers while it goes on, and how many packages are there by then."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from types import TracebackType
from typing import Self

from bench.processes import children, command_line, own, resident

_EVERY = 1.0
"""Seconds between two looks."""
_NO_WORKERS = ("resource_tracker", "forkserver")
_BEFORE, _AFTER = (25, 75), (325, 357)
"""How many packages are there around the 50th and the 350th."""


@dataclass(frozen=True)
class Look:
    """What was seen at one moment."""

    packages: int
    workers: tuple[int, ...]
    """The bytes of each worker process with its engine."""
    run: int
    """The bytes of the process that hands out the work."""


class MemoryWatch:
    """Looks once a second at the workers of a run until its block ends."""

    def __init__(self, pid: int, output: Path) -> None:
        """`pid` is the run's own process; a package is there when `output` has its folder."""
        self.looks: list[Look] = []
        self._pid, self._output = pid, output
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            started = children(self._pid)
            workers = [one for one in started if not any(word in command_line(one) for word in _NO_WORKERS)]
            held = tuple(resident(one) for one in workers)
            if held:
                self.looks.append(Look(packages_in(self._output), held, own(self._pid)))


def packages_in(output: Path) -> int:
    """How many packages lie in a folder: what has no packing list is none."""
    return sum(1 for one in output.glob("*/packing-list.json") if not one.parent.name.startswith("."))


def peak(looks: list[Look]) -> int:
    """The most bytes that any worker had."""
    return max(max(look.workers) for look in looks)


def growth(looks: list[Look]) -> tuple[float, float] | None:
    """The bytes of a worker around the 50th package and around the 350th; None where there were not so many.

    Medians, since an engine grows with each document until another takes its place.
    """
    around = [[mean(look.workers) for look in looks if low <= look.packages <= high] for low, high in (_BEFORE, _AFTER)]
    return (median(around[0]), median(around[1])) if all(around) else None
