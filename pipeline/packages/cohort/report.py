"""Puts the page of a run of many in its place, for the one who coordinates it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.data.givers import GIVERS, load_givers
from pipeline.packages.cohort.page import Sources, cohort_page
from pipeline.packages.disk import deliver
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.ledger.status import standings
from pipeline.packages.outcome import Outcome
from pipeline.packages.run.project import Project
from pipeline.packages.run.store import pictures

FOLDER = "cohorts"
"""Where the pages lie, below the output."""


def write_cohort_page(project: Project, name: str, title: str, outcomes: Sequence[Outcome]) -> Path:
    """Writes output/cohorts/<name>/index.html, whole or not at all. Raises DataError for givers.toml, BundleError."""
    settings = project.settings
    givers = load_givers(settings.programme / GIVERS)
    with Ledger(settings.output) as ledger:
        found = standings(ledger, [one.slug for one in outcomes])
    sources = Sources(settings.municipalities, project.programme, givers, pictures(settings.output), found)
    target = settings.output / FOLDER / name / "index.html"
    return deliver("The page of the cohort", target, cohort_page(title, outcomes, sources).encode())
