"""Our pipeline against its peers, on the same papers and in turns: merging alone, then whole documents."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import docxtemplater
from bench.contestant import Contestant
from bench.measure import Measured, interleaved
from bench.papers import Sample, papers
from bench.proof import require_equal_texts, require_pdfs
from bench.scale import Scale
from bench.scratch import Scratch
from bench.where import Where, where_time_goes

LIBREOFFICE = ("soffice", "unoserver")
"""Those that make PDFs and check nothing themselves."""


WARM = 3
"""How often ours makes the sample before it counts: any of its workers may be handed any document."""


@dataclass(frozen=True)
class Peers:
    """What both comparisons found; ours is the first of each."""

    merge: list[Measured]
    package: list[Measured]
    where: Where
    """Where our time goes in the second."""


def run_peers(scratch: Scratch, scale: Scale, installed: Path) -> Peers:
    """Runs both comparisons. Raises ContestantError where one does not make what ours makes."""
    merge = scratch.sample(scale.merge_municipalities, "merge")
    package = scratch.sample(scale.package_municipalities, "package")
    return Peers(
        _compare(merge, _merging(merge, installed), scale.merge_rounds),
        _compare(package, _making(package, scale, installed), scale.package_rounds),
        where_time_goes(package, scale.package_rounds),
    )


def _merging(sample: Sample, installed: Path) -> dict[str, list[str]]:
    told = sample.as_json()
    return {
        "ours": [sys.executable, "-m", "bench.merging", "ours", told],
        "docxtpl": [sys.executable, "-m", "bench.merging", "docxtpl", told],
        docxtemplater.NAME: docxtemplater.command(sample, installed),
    }


def _making(sample: Sample, scale: Scale, installed: Path) -> dict[str, list[str]]:
    told = sample.as_json()
    return {
        "ours": [sys.executable, "-m", "bench.making", told, str(scale.workers), "ours"],
        "alone": [sys.executable, "-m", "bench.making", told, "1", "alone"],
    } | {name: [sys.executable, "-m", "bench.converting", name, told, str(installed)] for name in LIBREOFFICE}


def _compare(sample: Sample, commands: dict[str, list[str]], rounds: int) -> list[Measured]:
    """Rounds of all; the first shows whether all make the same, and only then the others are timed."""
    wanted = papers(sample)
    with ExitStack() as stack:
        started = [
            stack.enter_context(Contestant(name, command, sample.work / f"{name}.log"))
            for name, command in commands.items()
        ]
        for one in started:
            for _ in range(WARM if one.name == "ours" else 1):
                one.round()
        _prove(sample, list(commands))
        return interleaved(started, len(wanted), rounds)


def _prove(sample: Sample, names: Sequence[str]) -> None:
    for name in names[1:]:
        if docxtemplater.NAME in names:
            require_equal_texts(sample, name)
        elif name in LIBREOFFICE:
            require_pdfs(sample, name)
