"""What each stage hands the next; a stage takes exactly the kind of the one before, so none can be skipped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.names import Names


@dataclass(frozen=True)
class MergedDocument:
    """A template with its facts in place: a .docx, .pptx or .xlsx, or a filled PDF form."""

    template: DocumentTemplate
    template_hashes: dict[str, str]
    """SHA-256 of every template file that went in, by its path below the templates folder."""
    language: str
    title: str
    author: str
    docx: bytes | None
    form: bytes | None
    csv: bytes | None
    """The document's table for import elsewhere, where it has one."""
    signatories: dict[str, str | None]
    """Who signs in each signature field; None where the other party decides."""
    names: Names = field(default_factory=dict)
    """Every name that the template could use, with its value."""
    pptx: bytes | None = None
    xlsx: bytes | None = None
    draft: bool = False
    """Whether it is only to be looked at, so that nobody can sign it."""


@dataclass(frozen=True)
class ConvertedDocument:
    """A document as PDF, with its text and fonts proven, not yet fit to leave the house."""

    merged: MergedDocument
    pdf: bytes
    paragraphs: tuple[tuple[str, str], ...] = ()
    """Each paragraph of the running text with the tag that it has in a PDF, such as P."""
    descriptions: tuple[str, ...] = ()
    """The alternative text of each picture, in reading order."""


@dataclass(frozen=True)
class FinalDocument:
    """A finished document: tagged PDF/A-2b with fixed dates and its empty signature fields."""

    merged: MergedDocument
    pdf: bytes
    pages: int
    signature_fields: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the PDF."""
        return hashlib.sha256(self.pdf).hexdigest()


@dataclass(frozen=True)
class FinalWorkbook:
    """A finished workbook; it has no pages and nobody signs it."""

    merged: MergedDocument
    xlsx: bytes
    pages: int = 0
    signature_fields: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """SHA-256 of the workbook."""
        return hashlib.sha256(self.xlsx).hexdigest()


Final = FinalDocument | FinalWorkbook
"""A document that is ready to be packed."""
