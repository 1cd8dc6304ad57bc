"""The targets of the benchmark, each held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.country_run import Country
from bench.measure import ratio
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


def peer_targets(peers: Peers) -> list[Target]:
    """How many times as long the others take."""
    merge = {one.name: ratio(one, peers.merge[0]).medians for one in peers.merge[1:]}
    package = {one.name: ratio(one, peers.package[0]).medians for one in peers.package[1:]}
    return [
        *(_times(f"merging, against {TITLES[name]}", least, merge[name]) for name, least in WANTED["merge"].items()),
        *(
            _times(f"whole document, against {TITLES[name]}", least, package[name])
            for name, least in WANTED["package"].items()
        ),
    ]


TITLES = {
    "ours": "this pipeline",
    "docxtpl": "docxtpl",
    "docxtemplater": "docxtemplater",
    "soffice": "docxtpl and soffice for each document",
    "unoserver": "docxtpl and unoserver kept warm",
}
"""What a contestant is called in words."""


def country_targets(country: Country) -> list[Target]:
    """Growth of time and memory, and what a run costs when nothing has changed."""
    last = country.stages[-1]
    each = {one.municipalities: one.seconds / one.municipalities for one in country.stages}
    furthest = max(each, key=lambda count: abs(each[count] / each[last.municipalities] - 1))
    off = each[furthest] / each[last.municipalities] - 1
    linear = Target(
        f"time for each municipality, from {min(each)} to {last.municipalities}",
        "the same within 10 %",
        f"{off:+.0%} for {furthest} against {last.municipalities}",
        abs(off) <= _LINEAR,
        f"{abs(off) - _LINEAR:.0%} of the time",
    )
    rerun = _times("run again with nothing changed", _RERUN, last.seconds / country.unchanged.seconds)
    return [rerun, linear, *_memory_targets(country)]


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
    return Target(
        f"time saved: {what}", f"at least {least:g} ×", f"{found:.1f} ×", found >= least, f"{least / found:.1f} ×"
    )
