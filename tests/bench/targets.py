"""The targets of the benchmark, each held against what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bench.country_run import Country, Stage
from bench.measure import Measured, ratio
from bench.memory import growth, peak
from bench.peers import Peers

WANTED = {"merge": {"docxtpl": 30.0, "docxtemplater": 8.0}, "package": {"soffice": 15.0, "unoserver": 2.5}}
"""How many times as long as ours another is wanted to take, by what is compared and with whom."""
_RERUN = 50.0
_LINEAR = 0.10
LARGEST = 600
"""Megabytes of a worker with its engine."""
_FLAT = 0.05
"""A worker's memory is called flat when its median has not grown by more than this share."""
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Target:
    """What was wanted and what was found."""

    what: str
    wanted: str
    found: str
    met: bool
    missed_by: str = ""
    """How far from it, where it is missed."""

    def figures(self) -> dict[str, Any]:
        """For bench.json."""
        return {"what": self.what, "wanted": self.wanted, "found": self.found, "met": self.met} | (
            {} if self.met else {"missed_by": self.missed_by}
        )


TITLES = {
    "ours": "this pipeline",
    "alone": "this pipeline with one worker",
    "docxtpl": "docxtpl",
    "docxtemplater": "docxtemplater",
    "soffice": "docxtpl and soffice for each document",
    "unoserver": "docxtpl and unoserver kept warm",
}
"""What a contestant is called in words."""


def peer_targets(peers: Peers) -> list[Target]:
    """How many times as long the others take."""
    return [*_against("merging", peers.merge, WANTED["merge"]), *_against("whole", peers.package, WANTED["package"])]


def _against(what: str, measured: Sequence[Measured], wanted: dict[str, float]) -> list[Target]:
    found = {one.name: ratio(one, measured[0]).medians for one in measured}
    return [_times(f"{what}, {TITLES[name]} against ours", least, found[name]) for name, least in wanted.items()]


def country_targets(country: Country) -> list[Target]:
    """Growth of time and memory, and what a run costs when nothing has changed."""
    rerun = _times(
        "the first run against one with nothing changed",
        _RERUN,
        country.stages[-1].seconds / country.unchanged.seconds,
    )
    return [rerun, *_linear_targets(country.stages), *_memory_targets(country)]


def _linear_targets(stages: Sequence[Stage]) -> list[Target]:
    """With the start, which weighs more the fewer there are; and without it, from one stage to the next."""
    last = stages[-1]
    each = {f"{one.municipalities}": one.seconds / one.municipalities for one in stages}
    further = {
        f"{one.municipalities} to {more.municipalities}": (more.seconds - one.seconds)
        / (more.municipalities - one.municipalities)
        for one, more in pairwise(stages)
    }
    return [
        _same("time for a municipality, the start included", each, f"{last.municipalities}"),
        _same("time for each further municipality", further, list(further)[-1]),
    ]


def _same(what: str, seconds: dict[str, float], reference: str) -> Target:
    """Whether every figure is within ten percent of the last."""
    furthest = max(seconds, key=lambda name: abs(seconds[name] / seconds[reference] - 1))
    off = seconds[furthest] / seconds[reference] - 1
    told = ", ".join(f"{one:.2f} s ({name})" for name, one in seconds.items())
    return Target(what, "the same within 10 %", f"{told}: {off:+.0%}", abs(off) <= _LINEAR, f"{abs(off) - _LINEAR:.0%}")


def _memory_targets(country: Country) -> list[Target]:
    looks = country.stages[-1].looks
    if not looks:
        return []
    most = peak(looks) / MEGABYTE
    largest = Target(
        "most memory of a worker with its engine",
        f"under {LARGEST} MB",
        f"{most:.0f} MB",
        most < LARGEST,
        f"{most - LARGEST:.0f} MB",
    )
    grown = growth(looks)
    if grown is None:
        return [largest]
    share = grown[1] / grown[0] - 1
    flat = Target(
        "memory of a worker, from the 50th to the 350th package",
        "no growth",
        f"{grown[0] / MEGABYTE:.0f} to {grown[1] / MEGABYTE:.0f} MB, {share:+.0%}",
        share <= _FLAT,
        f"{(grown[1] - grown[0]) / MEGABYTE:.0f} MB",
    )
    return [flat, largest]


def _times(what: str, least: float, found: float) -> Target:
    return Target(what, f"at least {least:g} ×", f"{found:.1f} ×", found >= least, f"a factor of {least / found:.2f}")
