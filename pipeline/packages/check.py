"""Proves the templates: every document in both languages for every municipality and every edge; nothing is written."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context

from pipeline.data.edges import edges
from pipeline.data.load import find, load_municipality, slugs
from pipeline.data.programme import load_programme
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.merge import included
from pipeline.errors import PipelineError, Problem
from pipeline.packages.contents import Contents, PackedDocument, Progress, Workshop, make_cover, make_document
from pipeline.packages.cross_check import cross_problems
from pipeline.packages.template_check import template_problems
from pipeline.settings import Settings
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_all_packages, select
from pipeline.templating.names import Edition, Names, facts

LANGUAGES = ("nb", "nn")
MODEL = "bergen"
"""The municipality that has every fact, from which the edges are made."""


@dataclass(frozen=True)
class Trial:
    """An edition to be tried: a municipality of the repository, or a synthetic one."""

    who: str
    package: PackageTemplate
    edition: Edition
    documents: tuple[str, ...]
    """The documents wanted; the others are made only where the cover needs them."""


@dataclass(frozen=True)
class Checked:
    """What a check found, and how many papers it made to find it."""

    problems: tuple[Problem, ...]
    papers: int


@dataclass(frozen=True)
class _Outcome:
    trial: Trial
    problems: tuple[Problem, ...]
    papers: int


def check(settings: Settings, documents: Iterable[str], date: datetime.date, progress: Progress) -> Checked:
    """Every problem of the named documents, or of all. Raises PipelineError when the data itself is not right."""
    packages = load_all_packages(settings.templates)
    wanted = select(settings.templates, packages, documents)
    found = template_problems(settings, wanted)
    trials = _trials(settings, packages, tuple(one.name for one in wanted), date)
    outcomes: list[_Outcome] = []
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for number, outcome in enumerate(pool.map(_try, trials, [settings] * len(trials)), start=1):
            progress(f"{outcome.trial.who}, {outcome.trial.edition.language}", number, len(trials))
            outcomes.append(outcome)
    problems = {*found, *_told_of_whom(outcomes)}
    return Checked(tuple(sorted(problems)), sum(outcome.papers for outcome in outcomes))


def _trials(
    settings: Settings, packages: list[PackageTemplate], documents: tuple[str, ...], date: datetime.date
) -> list[Trial]:
    programme = load_programme(settings.programme)
    municipalities = [
        load_municipality(find(settings.municipalities, slug), programme) for slug in slugs(settings.municipalities)
    ]
    model = next((one for one in municipalities if one.slug == MODEL), municipalities[0])
    tried = [(one.slug, one, programme) for one in municipalities]
    tried += [(one.municipality.slug, one.municipality, one.programme) for one in edges(model, programme)]
    return [
        Trial(who, package, Edition(municipality, prices, language, date), documents)
        for package in packages
        for who, municipality, prices in tried
        for language in LANGUAGES
    ]


def _try(trial: Trial, settings: Settings) -> _Outcome:
    """Makes the documents of one edition; whatever keeps one from being made is noted."""
    names = facts(trial.edition)
    made: list[PackedDocument] = []
    problems: list[Problem] = []
    workshop = Workshop(_engine(settings), settings.fonts, settings.form_font, lambda *_: None)
    for template in _needed(trial, names):
        try:
            fitting = _fitting(template, names)
            made.append(make_document(trial.package, template, trial.edition, fitting, workshop))
        except PipelineError as error:
            problems += error.problems or [_whole(template, error)]
    if trial.package.cover.name in trial.documents and not problems:
        try:
            made.append(make_cover(trial.package, trial.edition, names, made, workshop))
            contents = Contents(trial.package, trial.edition, workshop.engine.name, tuple(made))
            problems += cross_problems(contents)
        except PipelineError as error:
            problems += error.problems or [_whole(trial.package.cover, error)]
    return _Outcome(trial, tuple(problems), len(made))


@cache
def _engine(settings: Settings) -> EmbeddedEngine:
    """The engine of this worker process, warm from the first document on; it ends with the process."""
    return EmbeddedEngine(settings.fonts, settings.timeout)


def _needed(trial: Trial, names: Names) -> list[DocumentTemplate]:
    """The documents wanted; all of them where the cover is, which tells of all."""
    with_cover = trial.package.cover.name in trial.documents
    return [
        one
        for one in trial.package.documents
        if (with_cover or one.name in trial.documents) and included(one, names, trial.edition.language)
    ]


def _fitting(template: DocumentTemplate, names: Names) -> Names:
    """The names, with lists no longer than a form has rows: more than that is refused, and rightly."""
    form = template.declaration.form
    cut = {rows.list: names[rows.list][: rows.count] for rows in form.rows} if form else {}
    return {**names, **cut}


def _whole(template: DocumentTemplate, error: PipelineError) -> Problem:
    return Problem(template.file.path, 0, "", error.message, "", rule="cannot-be-made")


def _told_of_whom(outcomes: list[_Outcome]) -> list[Problem]:
    """Each problem once; where only some have it, it says who."""
    seen: dict[Problem, list[str]] = defaultdict(list)
    for outcome in outcomes:
        for problem in set(outcome.problems):
            if outcome.trial.who not in seen[problem]:
                seen[problem].append(outcome.trial.who)
    everyone = {outcome.trial.who for outcome in outcomes}
    return [
        problem if everyone == set(who) else replace(problem, what=f"{problem.what} Seen with {_some(who)}.")
        for problem, who in seen.items()
    ]


def _some(who: list[str]) -> str:
    return ", ".join(who) if len(who) <= 4 else f"{', '.join(who[:3])} and {len(who) - 3} more"
