"""Puts a finished package in its place, whole or not at all."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.documents.provenance import provenance_json
from pipeline.documents.stages import FinalWorkbook
from pipeline.packages.archive import archive_copies
from pipeline.packages.contents import Contents, PackedDocument
from pipeline.packages.disk import unwritable
from pipeline.packages.missing_list import FILE_NAMES, missing_list
from pipeline.packages.packing_list import packing_list
from pipeline.packages.sending.drafts import mail_files
from pipeline.templating.office_archive import member

PACKING_LIST = "packing-list.json"
PROVENANCE = "provenance.json"
"""Where every value comes from and stands; for the municipality alone, so not in the ZIP."""


def packed_files(contents: Contents, lock_file: Path, fonts: Path) -> dict[str, bytes]:
    """Every file of a package by its path: the documents by recipient, the packing list, a ZIP of all, and more.

    For the municipality alone there are the provenance, the mail drafts and the archive copies. Raises PipelineError
    where one of them cannot be made.
    """
    files = {path: content for one in contents.documents for path, content in _files(one).items()}
    if contents.edition.draft:
        files[FILE_NAMES[contents.edition.language]] = missing_list(contents)
    files[PACKING_LIST] = packing_list(contents, files, lock_file, fonts)
    files[f"{contents.folder}.zip"] = _zip(files)
    files[PROVENANCE] = provenance_json({one.file: one.values for one in contents.documents})
    files |= mail_files(contents, files)
    files |= archive_copies(contents, (PACKING_LIST, files[PACKING_LIST]))
    return files


def bundle(name: str, files: Mapping[str, bytes], output: Path) -> None:
    """Writes the package's folder anew with these files.

    They are written beside the place and moved there at the end, so that a fault or a killed run leaves what was there
    before. Raises BundleError.
    """
    work, previous = output / f".{name}.new", output / f".{name}.old"
    try:
        recover(output, name)
        for path, content in files.items():
            target = work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        _exchange(output / name, work, previous)
    except OSError as error:
        shutil.rmtree(work, ignore_errors=True)
        raise unwritable("The package", output / name, error) from error


def _files(document: PackedDocument) -> dict[str, bytes]:
    """The files of a document as its declaration wants them delivered, by path."""
    merged = document.final.merged
    final = document.final
    files = {document.file: final.xlsx if isinstance(final, FinalWorkbook) else final.pdf}
    if "docx" in merged.template.declaration.deliver and merged.docx:
        files[f"{document.stem}.docx"] = merged.docx
    if merged.pptx:
        files[f"{document.stem}.pptx"] = merged.pptx
    if merged.csv:
        files[f"{document.stem}.csv"] = merged.csv
    return files


def _zip(files: dict[str, bytes]) -> bytes:
    """A ZIP of the files with fixed dates and modes; what is compressed already is only stored."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            entry = member(path)
            if path.endswith((".pdf", ".docx", ".pptx", ".xlsx")):
                entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return target.getvalue()


def recover(output: Path, name: str) -> None:
    """Clears what a killed run left; a package that was moved aside and not replaced is put back."""
    target, work, previous = output / name, output / f".{name}.new", output / f".{name}.old"
    shutil.rmtree(work, ignore_errors=True)
    if previous.exists() and not target.exists():
        previous.rename(target)
    shutil.rmtree(previous, ignore_errors=True)


def _exchange(target: Path, work: Path, previous: Path) -> None:
    if target.exists():
        target.rename(previous)
    try:
        work.rename(target)
    except BaseException:  # Ctrl-C too
        if previous.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)
