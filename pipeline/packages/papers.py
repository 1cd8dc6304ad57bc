"""A municipality's papers on one side of a comparison, each made when it is asked for and only once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pipeline.data.load import load_municipality
from pipeline.data.programme import load_programme
from pipeline.documents.convert import Engine
from pipeline.documents.merge import included
from pipeline.documents.provenance import proven_values
from pipeline.documents.stages import MergedDocument
from pipeline.packages.contents import PackedDocument, names_for_cover
from pipeline.packages.cover import CoverDocument, cover_names
from pipeline.packages.difference.project_side import Side
from pipeline.packages.unproven import finish_unproven, merge_unproven
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_package, require_parties
from pipeline.templating.names import Edition, Names, facts


@dataclass
class Papers:
    """The documents of a package that a municipality gets, and their cover; what makes one raises PipelineError."""

    side: Side
    package: PackageTemplate
    edition: Edition
    engine: Callable[[], Engine]
    names: Names
    documents: dict[str, DocumentTemplate]
    """By name in the order of the package; the cover is not among them."""
    _merged: dict[str, MergedDocument] = field(default_factory=dict)
    _finished: dict[str, PackedDocument] = field(default_factory=dict)
    _twins: dict[str, Papers] = field(default_factory=dict)

    @property
    def cover(self) -> str:
        """The cover's name."""
        return self.package.cover.name

    def template(self, name: str) -> DocumentTemplate:
        """A document's template, or the cover's."""
        return self.package.cover if name == self.cover else self.documents[name]

    def title(self, name: str) -> str:
        """A document's title in the language of the papers."""
        return self.template(name).declaration.title.in_language(self.edition.language)

    def inputs(self, name: str) -> dict[str, str]:
        """Every file that a document is made of, with its hash."""
        common = self.side.common(self.package.name, self.edition.municipality.slug)
        return common | self.side.of_document(name, self.edition.language)

    def same_as(self, name: str, twin: Papers) -> None:
        """Lets the twin make a document that is the same there."""
        self._twins[name] = twin

    def is_same(self, name: str) -> bool:
        """Whether the document was found to be the same as the twin's."""
        return name in self._twins

    def merged(self, name: str) -> MergedDocument:
        """The document with its facts in place; before the cover, all others are finished."""
        if name not in self._merged:
            self._merged[name] = self._merge(name, self._told() if name == self.cover else {})
        return self._merged[name]

    def cover_sketch(self) -> MergedDocument:
        """The cover as it would be if every document had one page; nothing is converted for it."""
        documents = [_sketched(self.merged(name), self.package) for name in self.documents]
        return self._merge(self.cover, {"package": cover_names(self.package, self.edition, documents)})

    def finished(self, name: str) -> PackedDocument:
        """The document as it is delivered."""
        if name in self._twins:
            return self._twins[name].finished(name)
        if name not in self._finished:
            merged = self.merged(name)
            fonts = self.side.settings.fonts
            made = finish_unproven(self.package, merged, self.edition.date, self.engine(), fonts)
            self._finished[name] = replace(made, values=proven_values(made.final, self.edition))
        return self._finished[name]

    def _merge(self, name: str, more: Names) -> MergedDocument:
        font = self.side.settings.form_font
        return merge_unproven(self.package, self.template(name), self.edition, self.names | more, font)

    def _told(self) -> Names:
        return names_for_cover(self.package, self.edition, [self.finished(name) for name in self.documents])


def _sketched(merged: MergedDocument, package: PackageTemplate) -> CoverDocument:
    declaration = merged.template.declaration
    fields = tuple(signature.field for signature in declaration.signatures)
    file = declaration.file_name.in_language(merged.language)
    return CoverDocument(merged, 1, fields, package.recipient(merged.template), file)


def open_papers(
    side: Side, package: str, slug: str, date: datetime.date, engine: Callable[[], Engine]
) -> Papers | None:
    """A municipality's papers in its own language; None where package or municipality are not there.

    Raises PipelineError when one of them is not right.
    """
    if package not in side.packages() or slug not in side.municipalities():
        return None
    if side.error:
        raise side.error
    template = load_package(side.settings.templates, package)
    programme = load_programme(side.settings.programme)
    require_parties(template, programme.parties)
    municipality = load_municipality(side.settings.municipalities / f"{slug}.toml", programme)
    edition = Edition(municipality, programme, municipality.language, date)
    names = facts(edition)
    documents = {one.name: one for one in template.documents if included(one, names, edition.language)}
    return Papers(side, template, edition, engine, names, documents)
