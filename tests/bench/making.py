"""A contestant that makes whole packages: our pipeline, two municipalities at a time, with every check.

Run as `python -m bench.making SAMPLE WORKERS`. Each worker keeps its engine and its templates, as in a run of many.
"""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bench.contestant import serve
from bench.papers import Sample, sample_of
from bench.scratch import SAMPLE_PACKAGE
from pipeline.data.load import load_municipality
from pipeline.data.programme import load_programme
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.packages.bundle import bundle
from pipeline.packages.contents import Workshop, make_contents
from pipeline.packages.cross_check import require_cross_proof
from pipeline.settings import Settings
from pipeline.templating.catalogue import load_package
from pipeline.templating.names import Edition

NAME = "ours"


@dataclass
class _Worker:
    """What a worker process keeps from one municipality to the next."""

    sample: Sample
    engine: EmbeddedEngine


_kept: list[_Worker] = []


def _begin(told: str) -> None:
    sample = sample_of(told)
    engine = EmbeddedEngine(sample.templates / "fonts", 60)
    _kept.append(_Worker(sample, engine.__enter__()))


def _make(slug: str) -> int:
    """Makes one municipality's package, checks it and writes it; returns how many documents it holds."""
    sample, engine = _kept[0].sample, _kept[0].engine
    settings = Settings(municipalities=sample.municipalities, templates=sample.templates, output=sample.work / NAME)
    programme = load_programme(settings.programme)
    municipality = load_municipality(settings.municipalities / f"{slug}.toml", programme)
    edition = Edition(municipality, programme, municipality.language, sample.date)
    workshop = Workshop(engine, settings.fonts, settings.form_font, lambda *_: None)
    contents = make_contents(load_package(settings.templates, SAMPLE_PACKAGE), edition, workshop)
    require_cross_proof(contents)
    bundle(contents, settings.output, settings.lock_file, settings.fonts)
    return len(contents.documents)


def main(told: str, workers: str) -> None:
    """Serves rounds; a round is one document in the protocol, since its documents are made side by side."""
    sample = sample_of(told)
    (sample.work / NAME).mkdir(exist_ok=True)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(int(workers), context, _begin, (told,)) as pool:
        serve([lambda: print(*pool.map(_make, sample.slugs), file=sys.stderr)])


if __name__ == "__main__":
    main(*sys.argv[1:])
