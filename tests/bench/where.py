"""Where our time goes: each phase of the sampled documents by itself, in one process with a warm engine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

from bench.papers import Paper, Sample, papers
from pipeline.documents.convert import convert
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.finalize import finalize
from pipeline.documents.merge import merge
from pipeline.documents.provenance import proven_values

PHASES = {
    "merge": "merge, with the checks of names and tags",
    "engine": "convert: the engine",
    "convert": "convert: preparing the copy, and finding every text in the PDF",
    "finalize": "finalize: tags, dates, signature fields",
    "prove": "prove: finding each value and its place in the PDF",
}
"""The phases in order, in words; packing and the proof between papers come once for a package and are not here."""


@dataclass
class _Timed:
    """An engine that says how long it took."""

    engine: EmbeddedEngine
    seconds: float = 0.0
    conversions: int = 0
    name: str = field(default="timed")

    def convert(self, office: bytes, kind: str = "docx", /, *, has_pictures: bool = False) -> bytes:
        begun = perf_counter()
        try:
            return self.engine.convert(office, kind, has_pictures=has_pictures)
        finally:
            self.seconds += perf_counter() - begun
            self.conversions += 1


@dataclass(frozen=True)
class Where:
    """Medians over the rounds."""

    documents: int
    seconds: dict[str, float]
    """Of a document in each phase."""
    conversions: float
    """How often the engine is asked for a document: again for each page break that is moved."""

    def figures(self) -> dict[str, Any]:
        """For bench.json."""
        milliseconds = {phase: round(taken * 1000, 2) for phase, taken in self.seconds.items()}
        return {"milliseconds_per_document": milliseconds, "conversions_per_document": round(self.conversions, 2)}


def where_time_goes(sample: Sample, rounds: int) -> Where:
    """Makes every paper of the sample so often, after a round that warms up."""
    wanted, fonts = papers(sample), sample.templates / "fonts"
    with EmbeddedEngine(fonts, 60) as engine:
        found = [_round(wanted, _Timed(engine)) for _ in range(rounds + 1)][1:]
    seconds = {phase: median(one.seconds[phase] for one in found) for phase in PHASES}
    return replace(found[0], seconds=seconds)


def _round(wanted: list[Paper], engine: _Timed) -> Where:
    each = [_phases(paper, engine) for paper in wanted]
    seconds = {phase: sum(one[phase] for one in each) / len(each) for phase in PHASES}
    return Where(len(wanted), seconds, engine.conversions / len(wanted))


def _phases(paper: Paper, engine: _Timed) -> dict[str, float]:
    """The seconds that a paper takes in each phase."""
    edition, before = paper.task.edition, engine.seconds
    times = [perf_counter()]
    merged = merge(paper.task)
    times.append(perf_counter())
    converted = convert(merged, engine, paper.task.form_font.parent)
    times.append(perf_counter())
    final = finalize(converted, edition.date)
    times.append(perf_counter())
    proven_values(final, edition)
    times.append(perf_counter())
    merging, converting, finalizing, proving = (later - earlier for earlier, later in pairwise(times))
    asked = engine.seconds - before
    return dict(zip(PHASES, (merging, asked, converting - asked, finalizing, proving), strict=True))
