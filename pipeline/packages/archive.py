"""The archive copies of a package: for each document to be signed, with the facts and the packing list within."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pipeline.data.toml_file import TomlFile
from pipeline.documents.archive_copy import archive_copy
from pipeline.documents.enclosures import Enclosure
from pipeline.documents.stages import FinalDocument
from pipeline.errors import DataError
from pipeline.packages.contents import Contents

FOLDER = "archive"
_TOML, _JSON = "application/toml", "application/json"
_DESCRIPTIONS = {
    "nb": ("Kommunens opplysninger", "Opplysninger fra opptaket i innføringen", "Pakkeliste"),
    "nn": ("Opplysningane til kommunen", "Opplysningar frå opptaket i innføringa", "Pakkeliste"),
}


def archive_copies(contents: Contents, packing_list: tuple[str, bytes]) -> dict[str, bytes]:
    """The copies by their path in the package's folder; none of a draft, which nobody signs.

    `packing_list` is its name and content. Raises DataError where the municipality's file is another by now, and
    FinalizeError where a copy breaks a rule.
    """
    if contents.edition.draft:
        return {}
    signed = {
        one.stem: one.final
        for one in contents.documents
        if isinstance(one.final, FinalDocument) and one.final.signature_fields
    }
    enclosures = list(_enclosures(contents, packing_list)) if signed else []
    return {
        f"{FOLDER}/{stem}.pdf": archive_copy(final, enclosures, contents.edition.date) for stem, final in signed.items()
    }


def _enclosures(contents: Contents, packing_list: tuple[str, bytes]) -> Iterator[Enclosure]:
    own, cohort, listed = _DESCRIPTIONS[contents.edition.language]
    file = contents.edition.municipality.file
    yield Enclosure(file.path.name, _as_read(file), _TOML, True, own)
    if file.base:
        yield Enclosure(file.base.path.name, _as_read(file.base), _TOML, True, cohort)
    yield Enclosure(packing_list[0], packing_list[1], _JSON, False, listed)


def _as_read(file: TomlFile) -> bytes:
    """The bytes of a file, which must be those that the documents were made from."""
    try:
        content = file.path.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataError(f"{file.path} was changed during the run. Run again.")
    return content
