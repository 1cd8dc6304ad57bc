"""Everything measured as plain figures: what docs/bench.json holds, and the page and the plot are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.country_run import Country, Stage
from bench.measure import Measured, ratio
from bench.memory import Look, growth, peak
from bench.papers import PACKAGE, left_out, sampled
from bench.peers import Peers
from bench.scale import Scale
from bench.scratch import DATE, Scratch
from bench.targets import MEGABYTE, country_targets, peer_targets
from pipeline.templating.catalogue import load_package

Figures = dict[str, Any]
_LOOKS = 200
"""So many looks at the memory are kept, evenly spread."""


def peer_figures(peers: Peers, scratch: Scratch, scale: Scale) -> Figures:
    """Both comparisons, what they were made on, and their targets."""
    package = load_package(scratch.templates, PACKAGE)
    return {
        "documents": [one.name for one in sampled(package)],
        "left_out": {one.name: why for one in package.documents if (why := left_out(one))},
        "merge": _compared(peers.merge, scale.merge_municipalities, scale.merge_rounds),
        "package": _compared(peers.package, scale.package_municipalities, scale.package_rounds)
        | {"workers_of_ours": scale.workers},
        "where_our_time_goes": peers.where.figures(),
        "targets": [one.figures() for one in peer_targets(peers)],
    }


def country_figures(country: Country, scale: Scale) -> Figures:
    """Every run, the memory of the longest one, and their targets."""
    last = country.stages[-1]
    looks = last.looks
    grown = growth(looks) if looks else None
    return {
        "date_of_the_papers": DATE.isoformat(),
        "workers": scale.workers,
        "stages": [_stage(one) for one in country.stages],
        "nothing_changed": _again(country.unchanged, last),
        "one_template_changed": _again(country.changed, last) | {"packages_with_another": country.remade},
        "memory": {
            "most_of_a_worker_mb": _megabytes(peak(looks)) if looks else None,
            "most_of_the_run_itself_mb": _megabytes(max(one.run for one in looks)) if looks else None,
            "around_the_50th_and_the_350th_package_mb": [_megabytes(one) for one in grown] if grown else None,
            "looks": [[one.packages, [_megabytes(held) for held in one.workers]] for one in _spread(looks)],
        },
        "targets": [one.figures() for one in country_targets(country)],
    }


def _compared(measured: Sequence[Measured], municipalities: int, rounds: int) -> Figures:
    ours = measured[0]
    return {
        "municipalities": municipalities,
        "rounds": rounds,
        "contestants": {one.name: one.figures() for one in measured},
        "ratios": {one.name: ratio(one, ours).figures() for one in measured[1:]},
    }


def _stage(stage: Stage) -> Figures:
    return {
        "municipalities": stage.municipalities,
        "without_package": stage.without_package,
        "why": list(stage.why),
        "documents": stage.documents,
        "seconds": round(stage.seconds, 2),
        "seconds_per_municipality": round(stage.seconds / stage.municipalities, 3),
        "milliseconds_per_document": round(stage.seconds / stage.documents * 1000, 1),
    }


def _again(stage: Stage, first: Stage) -> Figures:
    return {"seconds": round(stage.seconds, 2), "first_run_against_it": round(first.seconds / stage.seconds, 1)}


def _megabytes(held: float) -> int:
    return round(held / MEGABYTE)


def _spread(looks: list[Look]) -> list[Look]:
    return looks[:: max(1, len(looks) // _LOOKS)]
