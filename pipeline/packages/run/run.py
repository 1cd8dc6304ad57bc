"""A run: makes the packages of many municipalities, whatever becomes of any one of them."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from pipeline.data.draft import load_draft
from pipeline.data.load import find, load_municipality
from pipeline.errors import PipelineError
from pipeline.packages.bundle import PACKING_LIST, bundle, packed_files, recover
from pipeline.packages.cohort.picture import keep
from pipeline.packages.cross_check import require_cross_proof
from pipeline.packages.ledger.issue import issued_hashes, signable_files
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.outcome import Outcome, failed
from pipeline.packages.run.job import Job
from pipeline.packages.run.keys import digest
from pipeline.packages.run.project import Project
from pipeline.packages.run.scheduler import Scheduler
from pipeline.packages.run.stamp import Stamp, all_keys, alone_with, is_untouched, read_stamp, write_stamp
from pipeline.packages.run.store import Store, pictures
from pipeline.packages.run.task import Done, Task
from pipeline.templating.names import Edition


@dataclass(frozen=True)
class Batch:
    """Which packages are wanted."""

    slugs: tuple[str, ...]
    date: datetime.date
    language: str | None
    """nb or nn, or None for each municipality's own."""
    force: bool = False
    """Whether documents that are there and unchanged are made again."""
    draft: bool = False
    """Whether facts may be missing, and nothing can be signed."""


@dataclass(frozen=True)
class Tally:
    """How far a run is."""

    documents: int
    """That are there, were made, or failed."""
    of_documents: int
    """In all, as far as is known."""
    municipalities: int
    """That are done with."""
    of_municipalities: int
    failures: int
    """Municipalities whose package cannot be made."""


class Watcher(Protocol):
    """Is told what happens in a run."""

    def document(self, slug: str, title: str, error: PipelineError | None, tally: Tally) -> None:
        """A document was made, or cannot be."""

    def outcome(self, outcome: Outcome, tally: Tally) -> None:
        """A municipality is done with."""


class Run:
    """Goes through a batch once."""

    def __init__(self, project: Project, batch: Batch, scheduler: Scheduler, watcher: Watcher) -> None:
        self._project, self._batch, self._scheduler, self._watcher = project, batch, scheduler, watcher
        self._output = project.settings.output
        self._store = Store(self._output)
        self._ledger: Ledger
        self._jobs: dict[str, Job] = {}
        self._ready: deque[Task] = deque()
        self._outcomes: dict[str, Outcome] = {}

    def outcomes(self) -> list[Outcome]:
        """Makes what is to be made, and says what became of each municipality, in the order of the batch."""
        members = iter(self._batch.slugs)
        with Ledger(self._output) as self._ledger:
            while True:
                self._hand_out(members)
                if self._scheduler.is_idle():
                    break
                self._accept(self._scheduler.next())
        self._store.prune(all_keys(self._output))
        return [self._outcomes[slug] for slug in self._batch.slugs]

    def _hand_out(self, members: Iterator[str]) -> None:
        """Gives the scheduler tasks as long as it has room, opening one municipality after the other."""
        while self._scheduler.has_room():
            if not self._ready:
                slug = next(members, None)
                if slug is None:
                    return
                self._open(slug)
            elif self._ready:
                self._scheduler.submit(self._ready.popleft())

    def _open(self, slug: str) -> None:
        """Begins a municipality; one whose package is still right, or cannot be made, is done with at once."""
        folder, inputs = self._folder(slug), self._inputs(self._project.stated(slug))
        stamp = None if self._batch.force else read_stamp(self._output, folder)
        if stamp and stamp.inputs == inputs and self._is_right(slug, folder, stamp):
            place = self._output / folder
            self._end(Outcome(slug, place, "complete", documents=len(stamp.keys)))
            return
        try:
            with alone_with(self._output, folder):
                recover(self._output, folder)
            job = Job(self._project, self._edition(slug), self._store, self._ledger, force=self._batch.force)
            tasks = job.tasks()
        except PipelineError as error:
            self._end(failed(slug, self._output / folder, error))
            return
        self._jobs[slug] = job
        self._ready.extend(tasks)
        if not tasks:
            self._go_on(job)

    def _is_right(self, slug: str, folder: str, stamp: Stamp) -> bool:
        """Whether a package is as it was made, and what it holds is still the latest that was issued."""
        return is_untouched(stamp, self._output / folder) and self._ledger.holds(slug, stamp.issued)

    def _accept(self, done: Done) -> None:
        job = self._jobs[done.task.slug]
        job.accept(done)
        if done.picture and (document := job.document(done.task.document)):
            with suppress(OSError):  # it is drawn when it is shown
                keep(done.picture, document.final.sha256, pictures(self._output))
        self._watcher.document(job.slug, job.title(done.task.document), done.error, self._tally())
        if not job.is_waiting:
            self._go_on(job)

    def _go_on(self, job: Job) -> None:
        """What comes when no document of a municipality is being made: its cover, its package, or its failure."""
        error = job.error
        if not error and not job.is_whole and (task := job.cover()):
            self._ready.appendleft(task)
            return
        place = self._output / self._folder(job.slug)
        try:
            if error:
                raise error
            self._put_in_place(job)
            outcome = Outcome(job.slug, place, "complete", documents=job.size, made=job.made)
        except PipelineError as fault:
            outcome = failed(job.slug, place, fault)
        del self._jobs[job.slug]
        self._end(outcome)

    def _put_in_place(self, job: Job) -> None:
        contents, settings = job.contents(), self._project.settings
        require_cross_proof(contents)
        inputs = self._inputs(contents.edition.municipality.file.sha256)
        files = packed_files(contents, settings.lock_file, settings.fonts)
        issued = {} if self._batch.draft else issued_hashes(contents)
        with alone_with(self._output, contents.folder):
            if issued:
                self._ledger.record(files[PACKING_LIST], contents.folder, signable_files(contents))
            bundle(contents.folder, files, self._output)
            write_stamp(self._output, contents.folder, inputs, job.keys, issued)

    def _edition(self, slug: str) -> Edition:
        path = find(self._project.settings.municipalities, slug)
        draft = None
        if self._batch.draft:
            municipality, draft = load_draft(path, self._project.programme)
        else:
            municipality = load_municipality(path, self._project.programme)
        language = self._batch.language or municipality.language
        return Edition(municipality, self._project.programme, language, self._batch.date, draft)

    def _folder(self, slug: str) -> str:
        return self._project.folder(slug, draft=self._batch.draft)

    def _inputs(self, stated: str | None) -> str:
        """The digest of all that decides a package; `stated` is the SHA-256 of the municipality's file."""
        choices = [self._project.package.name, self._batch.date, self._batch.language]
        choices += ["draft"] if self._batch.draft else []
        return digest([self._project.packers, self._project.templates, stated, *choices])

    def _end(self, outcome: Outcome) -> None:
        self._outcomes[outcome.slug] = outcome
        self._watcher.outcome(outcome, self._tally())

    def _tally(self) -> Tally:
        ended, usual = list(self._outcomes.values()), len(self._project.package.documents) + 1
        sizes = [one.documents or usual for one in ended] + [job.size for job in self._jobs.values()]
        rest = len(self._batch.slugs) - len(sizes)
        return Tally(
            documents=sum(one.documents or usual for one in ended) + sum(job.done for job in self._jobs.values()),
            of_documents=sum(sizes) + rest * usual,
            municipalities=len(ended),
            of_municipalities=len(self._batch.slugs),
            failures=sum(1 for one in ended if one.state != "complete"),
        )
