"""Proves the templates: every document in both languages for every municipality and every edge; nothing is written."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from multiprocessing import get_context

from pipeline.data.edges import edges
from pipeline.data.givers import GIVERS, load_givers
from pipeline.data.load import find, load_municipality, slugs
from pipeline.data.programme import load_programme
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.merge import included
from pipeline.errors import PipelineError, Problem
from pipeline.packages.contents import Contents, PackedDocument, Progress, Workshop, make_cover, make_document
from pipeline.packages.cross_check import cross_problems
from pipeline.packages.sending.drafts import draft_problems
from pipeline.packages.sending.template_check import mail_problems
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
    packages: tuple[PackageTemplate, ...]
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
    load_givers(settings.programme / GIVERS)
    wanted = select(settings.templates, packages, documents)
    trials = _trials(settings, packages, tuple(one.name for one in wanted), date)
    found = [*template_problems(settings, wanted), *_mail_problems(packages, wanted, trials)]
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
        Trial(who, tuple(packages), Edition(municipality, prices, language, date), documents)
        for who, municipality, prices in tried
        for language in LANGUAGES
    ]


def _mail_problems(
    packages: list[PackageTemplate], wanted: list[DocumentTemplate], trials: list[Trial]
) -> list[Problem]:
    """What is wrong with the words of the mails that take the documents along."""
    model = next((one for one in trials if one.who == MODEL), trials[0])
    return mail_problems(packages, facts(model.edition), {one.declaration.mail for one in wanted})


def _try(trial: Trial, settings: Settings) -> _Outcome:
    """Makes the documents of one edition; whatever keeps one from being made is noted."""
    workshop = Workshop(_engine(settings), settings.fonts, settings.form_font)
    attempt = _Attempt(trial, facts(trial.edition), workshop)
    for package in trial.packages:
        attempt.make(package)
    return _Outcome(trial, tuple(attempt.problems), attempt.papers)


@dataclass
class _Attempt:
    """The documents of an edition, each made once, though several packages may hold it."""

    trial: Trial
    names: Names
    workshop: Workshop
    made: dict[tuple[str, str], PackedDocument | None] = field(default_factory=dict)
    """By name and what the paper says of its recipient; None for one that cannot be made."""
    problems: list[Problem] = field(default_factory=list)
    papers: int = 0

    def make(self, package: PackageTemplate) -> None:
        """Makes what the package has more than those before it, and its cover where that is wanted."""
        with_cover = package.cover.name in self.trial.documents
        made = [self._document(package, one) for one in _needed(self.trial, package, self.names)]
        whole = [one for one in made if one]
        if with_cover and len(whole) == len(made):
            self._cover(package, whole)

    def _document(self, package: PackageTemplate, template: DocumentTemplate) -> PackedDocument | None:
        recipient = package.recipient(template)
        key = template.name, f"{recipient.name} {recipient.party}" if recipient else ""
        if key not in self.made:
            self.made[key] = None
            try:
                fitting = _fitting(template, self.names)
                self.made[key] = make_document(package, template, self.trial.edition, fitting, self.workshop)
                self.papers += 1
            except PipelineError as error:
                self.problems += error.problems or [_whole(template, error)]
        return self.made[key]

    def _cover(self, package: PackageTemplate, made: list[PackedDocument]) -> None:
        edition, workshop = self.trial.edition, self.workshop
        try:
            cover = make_cover(package, edition, self.names, made, workshop)
            self.papers += 1
            contents = Contents(package, edition, workshop.engine.name, (*made, cover))
            self.problems += [*cross_problems(contents), *draft_problems(contents)]
        except PipelineError as error:
            self.problems += error.problems or [_whole(package.cover, error)]


@cache
def _engine(settings: Settings) -> EmbeddedEngine:
    """The engine of this worker process, warm from the first document on; it ends with the process."""
    return EmbeddedEngine(settings.fonts, settings.timeout)


def _needed(trial: Trial, package: PackageTemplate, names: Names) -> list[DocumentTemplate]:
    """The documents wanted; all of them where the cover is, which tells of all."""
    with_cover = package.cover.name in trial.documents
    return [
        one
        for one in package.documents
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
