"""Reads a package's packing list back: which documents lie in its folder, for whom, and who signs them."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BundleError
from pipeline.packages.bundle import PACKING_LIST
from pipeline.packages.packing_list import FORMAT


@dataclass(frozen=True)
class Signatory:
    """Who signs a document, and as what."""

    role: str
    name: str | None
    """None where whoever signs is not the municipality's to name."""
    field: str = ""
    """The name of the signature field."""


@dataclass(frozen=True)
class ListedFile:
    """A file of a document."""

    path: str
    """Below the package's folder, with slashes."""
    sha256: str


@dataclass(frozen=True)
class ListedDocument:
    """A document as its packing list tells it."""

    name: str
    """That of its folder among the templates."""
    title: str
    recipient: str
    """Empty for the cover."""
    pages: int
    """0 for a workbook."""
    signatories: tuple[Signatory, ...]
    files: tuple[ListedFile, ...]
    """The one that is read first comes first."""


@dataclass(frozen=True)
class LackedFact:
    """A fact that a draft was made without."""

    file: str
    """Where it belongs, as a municipality's file below its folder."""
    line: int | None
    """None where the file does not speak of it."""
    key: str
    what: str
    """What is wrong, as a sentence."""
    todo: str
    """What to do about it, as a sentence."""


@dataclass(frozen=True)
class Packed:
    """A package that lies in its folder."""

    number: str
    """The municipality's number."""
    name: str
    """The municipality's official name."""
    date: datetime.date
    """The date of its papers."""
    language: str
    documents: tuple[ListedDocument, ...]
    """The cover first."""
    is_draft: bool = False
    """Whether nobody can sign it."""
    missing: tuple[LackedFact, ...] = ()
    """What a draft lacks."""
    organisation_number: str = ""
    """The municipality's organisation number."""

    @property
    def signable(self) -> tuple[ListedDocument, ...]:
        """The documents that somebody signs."""
        return tuple(one for one in self.documents if one.signatories)


def require_packed(folder: Path) -> Packed:
    """What lies in a package's folder. Raises BundleError where no package does, or it cannot be read."""
    if packed := read_packed(folder):
        return packed
    raise BundleError(f"There is no {PACKING_LIST} in {folder}. Make the package again.")


def read_packed(folder: Path) -> Packed | None:
    """What lies in a package's folder, or None where no package does. Raises BundleError for a list it cannot read."""
    path = folder / PACKING_LIST
    try:
        listed = json.loads(path.read_bytes())
        if listed["format"] != FORMAT:
            raise BundleError(f"{path} has the format {listed['format']!r}, not {FORMAT}. Make the package again.")
        return Packed(
            number=listed["municipality"]["number"],
            name=listed["municipality"]["name"],
            date=datetime.date.fromisoformat(listed["document_date"]),
            language=listed["language"],
            documents=tuple(_document(one) for one in listed["documents"]),
            is_draft=listed.get("draft", False),
            missing=tuple(LackedFact(**one) for one in listed.get("missing", ())),
            organisation_number=listed["municipality"].get("organisation_number", ""),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path} is not a whole packing list. Make the package again.") from error


def _document(listed: dict[str, Any]) -> ListedDocument:
    return ListedDocument(
        name=listed["document"],
        title=listed["title"],
        recipient=listed.get("recipient_name") or listed["recipient"] or "",
        pages=listed["pages"] or 0,
        signatories=tuple(Signatory(one["role"], one["name"], one["field"]) for one in listed["signature_fields"]),
        files=tuple(ListedFile(one["path"], one["sha256"]) for one in listed["files"]),
    )
