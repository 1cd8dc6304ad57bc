"""One municipality's part of a run: which of its documents are there already, which are to be made, and the whole."""

from __future__ import annotations

from pipeline.documents.merge import included
from pipeline.errors import PipelineError
from pipeline.packages.contents import Contents, PackedDocument, names_for_cover, together
from pipeline.packages.issued import Issue
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.run.entry import EntryError, read
from pipeline.packages.run.keys import document_key, template_hashes
from pipeline.packages.run.project import Project
from pipeline.packages.run.store import Store
from pipeline.packages.run.task import Done, Task, packed
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.names import Edition, Names, facts


class Job:
    """Collects the documents of a package until all are there; the cover comes last, since it tells of the others."""

    def __init__(self, project: Project, edition: Edition, store: Store, ledger: Ledger, *, force: bool) -> None:
        """`force` makes every document anew. Raises PipelineError where the facts do not hold."""
        self._project, self._edition, self._store, self._force = project, edition, store, force
        self._ledger = ledger
        self._names = facts(edition)
        wanted = [one for one in project.package.documents if included(one, self._names, edition.language)]
        self._templates = {one.name: one for one in (*wanted, project.package.cover)}
        self._packed = packed(edition)
        self._documents: dict[str, PackedDocument] = {}
        self._keys: dict[str, str | None] = {}
        self._failures: dict[str, PipelineError] = {}
        self._open: set[str] = set()
        self._issues: dict[str, Issue] = {}
        self.made = 0
        """How many documents were made and not found."""

    @property
    def slug(self) -> str:
        """Which municipality it is."""
        return self._edition.municipality.slug

    @property
    def size(self) -> int:
        """How many documents the package holds, the cover among them."""
        return len(self._templates)

    @property
    def done(self) -> int:
        """How many of them are there, or have failed."""
        return len(self._documents) + len(self._failures)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its documents, as far as they can be told."""
        return tuple(key for key in self._keys.values() if key)

    def title(self, document: str) -> str:
        """A document's title in the language of the papers."""
        return self._templates[document].declaration.title.in_language(self._edition.language)

    def document(self, name: str) -> PackedDocument | None:
        """A document that is there."""
        return self._documents.get(name)

    def tasks(self) -> list[Task]:
        """What is to be made now; nothing where all of it is there. Raises TemplateError for a file that is gone."""
        wanted = [one for one in self._templates.values() if one != self._project.package.cover]
        return [task for one in wanted if (task := self._task(one, {}))]

    def cover(self) -> Task | None:
        """The cover's task; None where it is there. To be asked for when all other documents are."""
        made = {name: self._documents[name] for name in self._templates if name in self._documents}
        if not self._edition.draft:
            self._issues = self._ledger.issues_of(self.slug, {name: one.final.sha256 for name, one in made.items()})
        told = names_for_cover(self._project.package, self._edition, list(made.values()), self._issues)
        return self._task(self._project.package.cover, told)

    def accept(self, done: Done) -> None:
        """Takes what came of a task, and keeps the document for later runs."""
        name = done.task.document
        self._open.remove(name)
        if done.document is None:
            self._failures[name] = done.error or PipelineError(f"{name} was not made.")
            return
        self._store.put(done.task.key, done.document)
        self._documents[name] = read(done.document, self._project.package, self._templates[name], self._edition)
        self.made += 1

    @property
    def is_waiting(self) -> bool:
        """Whether a task is still being done."""
        return bool(self._open)

    @property
    def is_whole(self) -> bool:
        """Whether every document is there."""
        return len(self._documents) == len(self._templates)

    @property
    def error(self) -> PipelineError | None:
        """Everything that keeps documents from being made, in the order of the package."""
        failures = [self._failures[name] for name in self._templates if name in self._failures]
        return together(failures) if failures else None

    def contents(self) -> Contents:
        """The documents of the package, the cover first."""
        cover = self._project.package.cover.name
        others = [self._documents[name] for name in self._templates if name != cover]
        documents = (self._documents[cover], *others)
        return Contents(self._project.package, self._edition, self._project.engine, documents, self._issues)

    def _task(self, template: DocumentTemplate, told: Names) -> Task | None:
        """The task of a document, unless it is kept already."""
        project, edition, name = self._project, self._edition, template.name
        key = document_key(project.package, template, edition, self._names | told, project.makers)
        self._keys[name] = key
        kept = None if self._force else self._kept(key, template)
        if kept:
            self._documents[name] = kept
            return None
        self._open.add(name)
        hashes = template_hashes(template, edition.language)
        return Task(self.slug, project.package.name, name, key, self._packed, project.templates, hashes, told)

    def _kept(self, key: str | None, template: DocumentTemplate) -> PackedDocument | None:
        entry = self._store.get(key)
        try:
            return read(entry, self._project.package, template, self._edition) if entry else None
        except EntryError:
            return None
