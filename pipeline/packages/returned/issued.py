"""Which papers have been issued: those to be signed in the packages that lie in the output folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.documents.returned.verdict import ExpectedSigner, IssuedPaper
from pipeline.errors import BundleError
from pipeline.packages.bundle import PACKING_LIST
from pipeline.packages.packed import ListedDocument, ListedFile, Packed, require_packed


def issued_papers(output: Path) -> list[IssuedPaper]:
    """Every PDF that somebody signs in a package, drafts apart. Raises BundleError for a packing list it cannot read.

    Reading a paper's PDF raises BundleError where the file is gone or no longer what its packing list says.
    """
    return [
        paper
        for listed in sorted(output.glob(f"*/{PACKING_LIST}"))
        for paper in _of_package(listed.parent, require_packed(listed.parent))
    ]


def _of_package(folder: Path, packed: Packed) -> Iterator[IssuedPaper]:
    for document in () if packed.is_draft else packed.signable:
        for file in document.files:
            path = folder / file.path
            if path.suffix == ".pdf" and path.is_file():
                yield _paper(packed, document, file, path)


def _paper(packed: Packed, document: ListedDocument, file: ListedFile, path: Path) -> IssuedPaper:
    return IssuedPaper(
        slug=packed.slug,
        municipality=packed.name,
        document=document.name,
        title=document.title,
        version=document.version,
        language=packed.language,
        sha256=file.sha256,
        size=path.stat().st_size,
        signatories=tuple(ExpectedSigner(one.field, one.role, one.name) for one in document.signatories),
        read=_reader(path, file.sha256),
    )


def _reader(path: Path, sha256: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BundleError(f"{path} is gone. Put back the package that was sent out.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BundleError(f"{path} is not what its packing list says. Put back the package that was sent out.")
        return content

    return read
