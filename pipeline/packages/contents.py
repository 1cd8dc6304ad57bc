"""Decides which documents a municipality's package holds and makes each of them ready, cover included."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.documents.convert import Engine, convert
from pipeline.documents.draft import as_draft
from pipeline.documents.finalize import finalize
from pipeline.documents.merge import Assignment, included, merge
from pipeline.documents.provenance import BoundValue, proven_values
from pipeline.documents.stages import Final, FinalWorkbook, MergedDocument
from pipeline.documents.workbook import finish_workbook
from pipeline.errors import PipelineError
from pipeline.packages.cover import CoverDocument, cover_names
from pipeline.packages.issued import FIRST, Issue
from pipeline.packages.municipality_names import Named, municipalities_named
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate
from pipeline.templating.declaration import Recipient
from pipeline.templating.names import Edition, Names, facts

Progress = Callable[[str, int, int], None]
"""Told the title of the document begun, its number from 1, and how many there are."""


@dataclass(frozen=True)
class Workshop:
    """What documents are made with."""

    engine: Engine
    fonts: Path
    form_font: Path
    progress: Progress = lambda *_: None


@dataclass(frozen=True)
class PackedDocument:
    """A finished document and whom it is for; the cover is for no recipient."""

    final: Final
    recipient: Recipient | None
    values: tuple[BoundValue, ...] = ()
    """Every value bound into it, with its place in the PDF and its origin."""
    named: Named | None = None
    """The municipalities that it names; None where nobody looked."""

    @property
    def language(self) -> str:
        """The language it is in."""
        return self.final.merged.language

    @property
    def stem(self) -> str:
        """Its path in the package without a suffix, such as 01-ks/avtale-med-ks."""
        name = self.final.merged.template.declaration.file_name.in_language(self.language)
        return f"{self.recipient.folder}/{name}" if self.recipient else name

    @property
    def file(self) -> str:
        """The path of the file that is read first: the PDF, or the workbook."""
        return f"{self.stem}.{'xlsx' if isinstance(self.final, FinalWorkbook) else 'pdf'}"


@dataclass(frozen=True)
class Contents:
    """All finished documents of a package, the cover first."""

    package: PackageTemplate
    edition: Edition
    engine: str
    documents: tuple[PackedDocument, ...]
    issues: Mapping[str, Issue] = field(default_factory=dict)
    """As what each document is issued, by name; nothing for the cover and for drafts."""

    @property
    def folder(self) -> str:
        """What the package's folder and ZIP are called."""
        return folder_of(self.edition.municipality.slug, self.package, draft=self.edition.draft is not None)


def folder_of(slug: str, package: PackageTemplate, *, draft: bool = False) -> str:
    """What the folder of a municipality's package is called: its slug, with the package's suffix where that has one.

    That of a draft ends on -draft.
    """
    suffix = package.declaration.suffix
    return "-".join(filter(None, (slug, suffix, "draft" if draft else "")))


def make_contents(package: PackageTemplate, edition: Edition, workshop: Workshop) -> Contents:
    """Makes every document of the package. When some cannot be made, raises with the problems of all of them."""
    names = facts(edition)
    wanted = [one for one in package.documents if included(one, names, edition.language)]
    made: list[PackedDocument] = []
    failures: list[PipelineError] = []
    for number, template in enumerate(wanted, start=1):
        workshop.progress(_title(template, edition), number, len(wanted) + 1)
        try:
            made.append(make_document(package, template, edition, names, workshop))
        except PipelineError as error:
            failures.append(error)
    if failures:
        raise together(failures)
    workshop.progress(_title(package.cover, edition), len(wanted) + 1, len(wanted) + 1)
    cover = make_cover(package, edition, names, made, workshop)
    return Contents(package, edition, workshop.engine.name, (cover, *made))


def make_document(
    package: PackageTemplate, template: DocumentTemplate, edition: Edition, names: Names, workshop: Workshop
) -> PackedDocument:
    """One finished document. Raises PipelineError with everything that keeps it from being made."""
    recipient = package.recipient(template)
    merged = merge(Assignment(template, edition, recipient, names, workshop.form_font))
    final = finish(merged, edition.date, workshop.engine, workshop.fonts)
    values, named = proven_values(final, edition), municipalities_named(final)
    if edition.draft:
        final = as_draft(final, workshop.form_font)
    return PackedDocument(final, recipient, values, named)


def finish(merged: MergedDocument, date: datetime.date, engine: Engine, fonts: Path) -> Final:
    """A merged document as it leaves the house: as PDF, or as the workbook it is. Raises PipelineError."""
    if merged.xlsx is not None:
        return finish_workbook(merged)
    return finalize(convert(merged, engine, fonts), date)


def make_cover(
    package: PackageTemplate, edition: Edition, names: Names, made: list[PackedDocument], workshop: Workshop
) -> PackedDocument:
    """The cover that tells of the documents made. Raises PipelineError."""
    return make_document(package, package.cover, edition, names | names_for_cover(package, edition, made), workshop)


def names_for_cover(
    package: PackageTemplate,
    edition: Edition,
    documents: Sequence[PackedDocument],
    issues: Mapping[str, Issue] | None = None,
) -> Names:
    """What the cover tells of the other documents, as the name that its template uses; first issues unless told."""
    known = issues or {}
    told = [listed(one, known.get(one.final.merged.template.name, FIRST)) for one in documents]
    return {"package": cover_names(package, edition, told)}


def _title(template: DocumentTemplate, edition: Edition) -> str:
    return template.declaration.title.in_language(edition.language)


def listed(document: PackedDocument, issue: Issue = FIRST) -> CoverDocument:
    """A finished document as the cover tells of it."""
    final, merged = document.final, document.final.merged
    signed = tuple(one.field for one in merged.template.declaration.signatures)
    return CoverDocument(merged, final.pages, signed, document.recipient, document.file, issue)


def together(failures: Sequence[PipelineError]) -> PipelineError:
    """One error of the first one's family that tells all of them."""
    if len(failures) == 1:
        return failures[0]
    message = " ".join(dict.fromkeys(failure.message for failure in failures))
    return type(failures[0])(message, problems=[problem for failure in failures for problem in failure.problems])
