"""What the cover tells: what to sign, who signs, and where each document goes."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.documents.stages import MergedDocument
from pipeline.packages.issued import FIRST, Issue
from pipeline.templating.catalogue import PackageTemplate
from pipeline.templating.declaration import Recipient
from pipeline.templating.names import Edition, Names


@dataclass(frozen=True)
class CoverDocument:
    """A finished document as the cover lists it."""

    merged: MergedDocument
    pages: int
    signature_fields: tuple[str, ...]
    recipient: Recipient | None
    file: str
    """Its path in the package."""
    issue: Issue = FIRST


def cover_names(package: PackageTemplate, edition: Edition, documents: list[CoverDocument]) -> Names:
    """The names below `package` in the cover's template."""
    receivers = [one for one in package.declaration.recipients if any(doc.recipient == one for doc in documents)]
    return {
        "title": package.declaration.title.in_language(edition.language),
        "recipients": [_recipient(receiver, edition, documents) for receiver in receivers],
        "to_sign": [_to_sign(one, edition.language) for one in documents if one.signature_fields],
    }


def _recipient(receiver: Recipient, edition: Edition, documents: list[CoverDocument]) -> Names:
    party = edition.programme.parties.get(receiver.party) if receiver.party else None
    return {
        "name": receiver.name.in_language(edition.language),
        "folder": receiver.folder,
        "email": party.email if party else None,
        "instruction": receiver.instruction.in_language(edition.language),
        "documents": [_listed(one) for one in documents if one.recipient == receiver],
    }


def _listed(document: CoverDocument) -> Names:
    return {
        "title": document.merged.title,
        "pages": document.pages,
        "file": document.file,
        "signed": bool(document.signature_fields),
        "issue": document.issue.number,
        "replaces": _replaced(document.issue),
    }


def _replaced(issue: Issue) -> Names | None:
    return {"issue": issue.replaces.number, "date": issue.replaces.date} if issue.replaces else None


def _to_sign(document: CoverDocument, language: str) -> Names:
    return {
        "title": document.merged.title,
        "recipient": document.recipient.name.in_language(language) if document.recipient else None,
        "signatories": [
            {"role": signature.role.in_language(language), "name": document.merged.signatories[signature.field]}
            for signature in document.merged.template.declaration.signatures
        ],
    }
