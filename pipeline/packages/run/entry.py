"""Writes a finished document as bytes that travel and keep, and reads it back as it was made."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from pipeline.data.toml_file import parsed_key
from pipeline.documents.origins import Origins
from pipeline.documents.pdf_text import Rectangle
from pipeline.documents.provenance import BoundValue
from pipeline.documents.stages import Final, FinalDocument, FinalWorkbook, MergedDocument
from pipeline.errors import Spot
from pipeline.packages.contents import PackedDocument
from pipeline.packages.run.keys import sha256
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate
from pipeline.templating.names import Edition
from pipeline.templating.office_archive import member
from pipeline.templating.placeholders import Placeholder

_RECORD = "document.json"


class EntryError(Exception):
    """The bytes are not a whole document; make it anew."""


def written(document: PackedDocument) -> bytes:
    """The document as bytes: its files and a record of what is known of it, with a hash of all.

    The origins of its values are left out: where a fact stands may change while the fact does not.
    """
    files = dict(_files(document.final))
    record = json.dumps(_record(document, files), ensure_ascii=False, separators=(",", ":")).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(member(_RECORD), record, compresslevel=1)
        for name, content in files.items():
            stored = member(name)
            stored.compress_type = zipfile.ZIP_STORED
            archive.writestr(stored, content)
    return target.getvalue()


def read(entry: bytes, package: PackageTemplate, template: DocumentTemplate, edition: Edition) -> PackedDocument:
    """The document, with the origins of its values as they are now. Raises EntryError."""
    try:
        with zipfile.ZipFile(io.BytesIO(entry)) as archive:
            record: dict[str, Any] = json.loads(archive.read(_RECORD))
            files = {name: archive.read(name) for name in archive.namelist() if name != _RECORD}
        if {name: sha256(content) for name, content in files.items()} != record["files"]:
            raise EntryError
        origins = Origins(edition, template, edition.language)
        return PackedDocument(
            final=_final(record, files, template),
            recipient=package.recipient(template),
            values=tuple(_value(one, origins) for one in record["values"]),
            named=tuple((number, words) for number, words in record["named"]),
        )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, RuntimeError, zlib.error) as error:
        raise EntryError from error


def _files(final: Final) -> Iterator[tuple[str, bytes]]:
    merged = final.merged
    yield ("xlsx", final.xlsx) if isinstance(final, FinalWorkbook) else ("pdf", final.pdf)
    for name in ("docx", "pptx", "csv"):
        if content := getattr(merged, name):
            yield name, content


def _record(document: PackedDocument, files: dict[str, bytes]) -> dict[str, Any]:
    merged = document.final.merged
    return {
        "files": {name: sha256(content) for name, content in files.items()},
        "language": merged.language,
        "title": merged.title,
        "author": merged.author,
        "templates": merged.template_hashes,
        "signatories": merged.signatories,
        "pages": document.final.pages,
        "fields": document.final.signature_fields,
        "named": document.named or (),
        "values": [_bound(value) for value in document.values],
    }


def _bound(value: BoundValue) -> list[Any]:
    return [
        astuple(value.placeholder.spot),
        value.placeholder.typed,
        value.field,
        value.value,
        value.fact,
        value.origin.key,
        [list(place) for place in value.places],
    ]


def _value(recorded: list[Any], origins: Origins) -> BoundValue:
    spot, typed, field, value, fact, key, places = recorded
    return BoundValue(
        placeholder=Placeholder(Spot(*spot), typed),
        field=field,
        value=value,
        fact=fact,
        origin=origins.of(parsed_key(key) if key else None, typed),
        places=tuple(Rectangle(*place) for place in places),
    )


def _final(record: dict[str, Any], files: dict[str, bytes], template: DocumentTemplate) -> Final:
    merged = MergedDocument(
        template=template,
        template_hashes=record["templates"],
        language=record["language"],
        title=record["title"],
        author=record["author"],
        docx=files.get("docx"),
        form=files["pdf"] if template.declaration.form else None,
        csv=files.get("csv"),
        signatories=record["signatories"],
        pptx=files.get("pptx"),
        xlsx=files.get("xlsx"),
    )
    if "xlsx" in files:
        return FinalWorkbook(merged, files["xlsx"])
    return FinalDocument(merged, files["pdf"], record["pages"], tuple(record["fields"]))
