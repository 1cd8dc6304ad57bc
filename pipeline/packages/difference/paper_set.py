"""What differs between a municipality's papers before and after; only papers whose files differ are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from pipeline.documents.stages import MergedDocument
from pipeline.errors import PipelineError
from pipeline.packages.contents import PackedDocument, listed
from pipeline.packages.difference.paper_change import PageChange, all_pages, changed_pages, changed_text
from pipeline.packages.difference.project_side import Fault, Side
from pipeline.packages.difference.text_change import TextChange
from pipeline.packages.papers import Papers

Made = TypeVar("Made")


@dataclass(frozen=True)
class Difference:
    """A paper that is not the same on both sides; pairs are before and after."""

    package: str
    slug: str
    municipality: str
    language: str
    """nb or nn; empty where that is not known."""
    document: str
    """The document's name; empty where it concerns every document of the municipality."""
    title: str
    how: Literal["changed", "new", "gone"]
    faults: tuple[Fault | None, Fault | None] = (None, None)
    """Why a side cannot be made."""
    files: tuple[str, str] = ("", "")
    """The paper's path in the package."""
    text: tuple[TextChange, ...] = ()
    pages: tuple[PageChange, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether a reader would see anything of it."""
        return self.how != "changed" or any((*self.faults, self.text, self.pages)) or self.files[0] != self.files[1]


def tried(side: Side, make: Callable[[], Made]) -> tuple[Made | None, Fault | None]:
    """What was made, or why it cannot be."""
    try:
        return make(), None
    except PipelineError as error:
        return None, side.fault(error)


def set_differences(before: Papers | None, after: Papers | None) -> list[Difference]:
    """What differs, in the order of the package, the cover last; a side may have no papers at all.

    The cover tells of all the others, so it is not compared as long as one of them cannot be made.
    """
    if before and after and before.edition.language == after.edition.language:
        found = list(_both(before, after))
        faulty = any(fault for one in found for fault in one.faults)
        return found if faulty else [*found, *_covers(before, after)]
    gone = [_heading(before, name, "gone") for name in (*before.documents, before.cover)] if before else []
    return gone + (_all_new(after) if after else [])


def _both(before: Papers, after: Papers) -> Iterator[Difference]:
    for name in dict.fromkeys((*after.documents, *before.documents)):
        if name not in after.documents:
            yield _heading(before, name, "gone")
        elif name not in before.documents:
            yield _new(after, name)
        elif before.inputs(name) == after.inputs(name):
            before.same_as(name, after)
        elif (found := _compared(before, after, name)).shows:
            yield found


def _covers(before: Papers, after: Papers) -> Iterator[Difference]:
    """The cover changes with its own files, and with what it tells of the other documents."""
    if before.cover != after.cover:
        yield _heading(before, before.cover, "gone")
        yield _new(after, after.cover)
    elif (_told_otherwise(before, after) or not _cover_stays(before, after)) and (
        found := _compared(before, after, after.cover)
    ).shows:
        yield found


def _cover_stays(before: Papers, after: Papers) -> bool:
    """Whether the cover is the same as long as what it tells of the documents is; found without converting them."""
    if before.inputs(before.cover) == after.inputs(after.cover):
        return True
    old, _ = tried(before.side, before.cover_sketch)
    new, _ = tried(after.side, after.cover_sketch)
    return bool(old and new and _same(before, old, after, new))


def _told_otherwise(before: Papers, after: Papers) -> bool:
    """Whether a document was added, removed or changed in a way that the cover tells."""
    if list(before.documents) != list(after.documents):
        return True
    changed = [name for name in after.documents if not before.is_same(name)]
    return any(_on_cover(before.finished(name)) != _on_cover(after.finished(name)) for name in changed)


def _on_cover(document: PackedDocument) -> tuple[object, ...]:
    told = listed(document)
    return told.merged.title, told.merged.signatories, told.pages, told.signature_fields, told.recipient, told.file


def _compared(before: Papers, after: Papers, name: str) -> Difference:
    heading = _heading(after, name, "changed")
    old_merged, old_fault = tried(before.side, lambda: before.merged(name))
    new_merged, new_fault = tried(after.side, lambda: after.merged(name))
    if old_merged and new_merged and _same(before, old_merged, after, new_merged):
        before.same_as(name, after)
        return heading
    old, old_fault = tried(before.side, lambda: before.finished(name)) if old_merged else (None, old_fault)
    new, new_fault = tried(after.side, lambda: after.finished(name)) if new_merged else (None, new_fault)
    if old is None or new is None:
        return replace(heading, faults=(old_fault, new_fault))
    return replace(
        heading,
        files=(old.stem, new.stem),
        text=changed_text(old.final, new.final),
        pages=changed_pages(old.final, new.final),
    )


def _same(before: Papers, old: MergedDocument, after: Papers, new: MergedDocument) -> bool:
    """Whether two merged documents will become the same paper, so that neither need be converted."""
    return before.side.fonts() == after.side.fonts() and _outcome(before, old) == _outcome(after, new)


def _outcome(papers: Papers, merged: MergedDocument) -> tuple[object, ...]:
    """Everything of a merged document that shows in the paper, in its place in the package, or on the cover."""
    declaration = merged.template.declaration
    return (
        (
            merged.docx,
            merged.pptx,
            merged.xlsx,
            merged.form,
            merged.csv,
            merged.title,
            merged.author,
            merged.signatories,
        ),
        (declaration.signatures, declaration.file_name, papers.package.recipient(merged.template)),
    )


def _all_new(after: Papers) -> list[Difference]:
    found = [_new(after, name) for name in after.documents]
    return found if any(one.faults[1] for one in found) else [*found, _new(after, after.cover)]


def _new(after: Papers, name: str) -> Difference:
    made, fault = tried(after.side, lambda: after.finished(name))
    pages = all_pages(made.final) if made else ()
    return replace(_heading(after, name, "new"), faults=(None, fault), pages=pages)


def _heading(papers: Papers, name: str, how: Literal["changed", "new", "gone"]) -> Difference:
    municipality = papers.edition.municipality
    return Difference(
        package=papers.package.name,
        slug=municipality.slug,
        municipality=municipality.entry.official_name,
        language=papers.edition.language,
        document=name,
        title=papers.title(name),
        how=how,
    )
