"""An issue: one document of one municipality as it left the house once, by number."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.documents.stages import FinalDocument
from pipeline.packages.contents import Contents
from pipeline.packages.issued import Issue, Replaced
from pipeline.packages.packing_list import FORMAT


@dataclass(frozen=True)
class IssueRecord:
    """What the ledger keeps of an issue."""

    municipality: str
    """Its slug."""
    name: str
    """Its official name."""
    document: str
    """The name of the document's folder in the templates."""
    number: int
    """1, 2, 3 …; each one replaces the one before."""
    sha256: str
    """Of the file that is read first."""
    date: str
    """The date of the papers, as 2027-06-01."""
    title: str
    language: str
    folder: str
    """The package's folder in the output."""
    file: str
    """Its path below that folder."""
    templates: dict[str, str]
    """The SHA-256 of every template file."""
    data: str
    """The SHA-256 of the municipality's file."""
    signatories: list[dict[str, Any]]
    """Field, role and name of each who signs; nothing where nobody does."""


def issued_hashes(contents: Contents) -> dict[str, str]:
    """The SHA-256 of every document that is issued, by name; the cover, which tells of the others, is not."""
    return {one.final.merged.template.name: one.final.sha256 for one in contents.documents[1:]}


def signable_files(contents: Contents) -> dict[str, bytes]:
    """The PDF of every document that somebody signs, by its SHA-256."""
    finals = [one.final for one in contents.documents[1:]]
    return {one.sha256: one.pdf for one in finals if isinstance(one, FinalDocument) and one.signature_fields}


def of_packing_list(listed: Mapping[str, Any], folder: str) -> Iterator[IssueRecord]:
    """Every issue that a packing list tells of. Raises AttributeError, KeyError, TypeError or ValueError for none."""
    if listed["format"] != FORMAT:
        raise ValueError(listed["format"])
    slug = listed["municipality"]["slug"]
    for document in listed["documents"]:
        if issue := document.get("issue"):
            first = document["files"][0]
            yield IssueRecord(
                municipality=slug,
                name=listed["municipality"]["name"],
                document=document["document"],
                number=int(issue["number"]),
                sha256=first["sha256"],
                date=datetime.date.fromisoformat(listed["document_date"]).isoformat(),
                title=document["title"],
                language=listed["language"],
                folder=folder,
                file=first["path"],
                templates=dict(document["templates"]),
                data=listed["made_from"][f"municipalities/{slug}.toml"],
                signatories=list(document["signature_fields"]),
            )


def as_issue(number: int, before: IssueRecord | None) -> Issue:
    """An issue as cover and packing list tell of it, and the one that it replaces."""
    replaced = Replaced(before.number, before.sha256, datetime.date.fromisoformat(before.date)) if before else None
    return Issue(number, replaced)
