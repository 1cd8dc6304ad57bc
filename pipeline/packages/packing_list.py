"""The packing list: a JSON inventory of a package, of what it was made from and with."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pipeline
from pipeline.packages.contents import Contents, PackedDocument
from pipeline.packages.missing_list import missing_problems

FORMAT = 1
"""Counts up when the meaning of a key changes."""


def packing_list(contents: Contents, files: dict[str, bytes], lock_file: Path, fonts: Path) -> bytes:
    """The inventory as UTF-8 JSON, the same bytes for the same package. `files` are all other files by path.

    That of a draft says so, and which facts are missing.
    """
    edition = contents.edition
    municipality = edition.municipality
    inventory: dict[str, Any] = {
        "format": FORMAT,
        **({} if edition.draft is None else {"draft": True, "missing": _missing(contents)}),
        "package": contents.package.name,
        "municipality": {
            "slug": municipality.slug,
            "number": municipality.entry.number,
            "name": municipality.entry.official_name,
            "organisation_number": municipality.organisation_number,
        },
        "document_date": edition.date.isoformat(),
        "language": edition.language,
        "documents": [_document(contents, document, files) for document in contents.documents],
        "made_from": _sources(contents),
        "made_with": {
            "pipeline": pipeline.__version__,
            "engine": contents.engine,
            "lock_file": _sha256(lock_file.read_bytes()),
            "fonts": {path.name: _sha256(path.read_bytes()) for path in sorted(fonts.glob("*.ttf"))},
        },
    }
    return (json.dumps(inventory, ensure_ascii=False, indent=2) + "\n").encode()


def _missing(contents: Contents) -> list[dict[str, Any]]:
    return [
        {
            "file": f"{one.path.parent.name}/{one.path.name}",
            "line": one.line or None,
            "key": one.place,
            "what": one.what,
            "todo": one.todo,
        }
        for one in missing_problems(contents)
    ]


def _document(contents: Contents, document: PackedDocument, files: dict[str, bytes]) -> dict[str, Any]:
    merged = document.final.merged
    declaration = merged.template.declaration
    recipient = document.recipient
    return {
        "document": merged.template.name,
        "title": merged.title,
        "version": declaration.version,
        "recipient": recipient.id if recipient else None,
        "recipient_name": recipient.name.in_language(contents.edition.language) if recipient else None,
        "pages": document.final.pages,
        "signature_fields": [
            {
                "field": signature.field,
                "role": signature.role.in_language(contents.edition.language),
                "name": merged.signatories[signature.field],
            }
            for signature in declaration.signatures
            if signature.field in document.final.signature_fields
        ],
        "files": [
            {"path": path, "bytes": len(content), "sha256": _sha256(content)}
            for path, content in files.items()
            if path.rpartition(".")[0] == document.stem
        ],
        "templates": merged.template_hashes,
        **({"issue": issue.as_listed()} if (issue := contents.issues.get(merged.template.name)) else {}),
    }


def _sources(contents: Contents) -> dict[str, str]:
    edition = contents.edition
    file = edition.municipality.file
    cohort = {f"municipalities/cohorts/{file.base.path.name}": file.base.sha256} if file.base else {}
    return {
        f"municipalities/{file.path.name}": file.sha256,
        **cohort,
        f"packages/{contents.package.name}.toml": contents.package.file.sha256,
        **{f"programme/{name}": value for name, value in edition.programme.hashes.items()},
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
