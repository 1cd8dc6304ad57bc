"""A contestant that makes whole packages: our pipeline's run of many, with every check, its workers kept warm.

Run as `python -m bench.making SAMPLE WORKERS NAME`; its packages come to a folder of that name.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager

from bench.contestant import ContestantError, serve
from bench.papers import Sample, sample_of
from bench.scratch import SAMPLE_PACKAGE
from pipeline.errors import PipelineError
from pipeline.packages.outcome import Outcome
from pipeline.packages.run.choice import open_scheduler
from pipeline.packages.run.project import open_project
from pipeline.packages.run.run import Batch, Run, Tally
from pipeline.packages.run.scheduler import Scheduler
from pipeline.settings import Settings


class _Silent:
    """Shows nothing of the run."""

    def document(self, slug: str, title: str, error: PipelineError | None, tally: Tally) -> None:
        """A document was made, or cannot be."""

    def outcome(self, outcome: Outcome, tally: Tally) -> None:
        """A municipality is done with."""


def make(sample: Sample, settings: Settings, scheduler: Scheduler) -> None:
    """Every package of the sample, made anew and put in its place. Raises ContestantError where one was not made."""
    batch = Batch(sample.slugs, sample.date, language=None, force=True)
    outcomes = Run(open_project(settings, SAMPLE_PACKAGE), batch, scheduler, _Silent()).outcomes()
    for one in outcomes:
        if one.state != "complete":
            raise ContestantError(f"{one.slug}: {one.message} {'; '.join(map(str, one.problems))}")


def main(told: str, workers: str, name: str) -> None:
    """Serves rounds. A round tells one time, since its documents are made side by side."""
    sample = sample_of(told)
    settings = Settings(
        municipalities=sample.municipalities,
        templates=sample.templates,
        output=sample.work / name,
        workers=int(workers),
    )
    settings.output.mkdir(exist_ok=True)
    opened: AbstractContextManager[Scheduler] = open_scheduler(settings)
    with opened as scheduler:
        serve([lambda: make(sample, settings, scheduler)])


if __name__ == "__main__":
    main(*sys.argv[1:])
