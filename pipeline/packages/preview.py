"""One document to look at while its template is written: its PDF and a picture of each page, quickly."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.data.load import find, load_municipality
from pipeline.data.programme import load_programme
from pipeline.documents.pdf_text import open_shown
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.errors import UsageError
from pipeline.packages.disk import unwritable
from pipeline.packages.engines import open_engine
from pipeline.packages.package import Order
from pipeline.packages.unproven import finish_unproven, merge_unproven
from pipeline.settings import Settings
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_package, require_parties, select
from pipeline.templating.names import Edition, facts

_SCALE = 1.5
"""Pixels to the point: enough to read a page on a screen."""


def preview(settings: Settings, order: Order, document: str, folder: Path | None = None) -> tuple[Path, ...]:
    """Makes one document and writes it and its pages' pictures to `folder`, or to output/.preview/<slug>-<document>/.

    No other document is merged or converted, and its values are not proven as they are for a package. What a preview of
    it left there before is replaced. The first file is the PDF, or the workbook. Raises UsageError for a name that is
    not there and for the cover; otherwise what making it raises.
    """
    path = find(settings.municipalities, order.slug)
    package = load_package(settings.templates, order.package)
    template = _template(settings, package, document)
    with open_engine(settings) as engine:
        programme = load_programme(settings.programme)
        require_parties(package, programme.parties)
        municipality = load_municipality(path, programme)
        edition = Edition(municipality, programme, order.language or municipality.language, order.date)
        merged = merge_unproven(package, template, edition, facts(edition), settings.form_font)
        made = finish_unproven(package, merged, edition.date, engine, settings.fonts)
    target = folder or settings.output / ".preview" / f"{order.slug}-{document}"
    return _write(target, document, made.final)


def _template(settings: Settings, package: PackageTemplate, document: str) -> DocumentTemplate:
    """The template of that name. Raises UsageError with the nearest names."""
    [template] = select(settings.templates, [package], [document])
    if template == package.cover:
        raise UsageError(
            f"The document {document!r} is the cover, which tells of all the others: make the package to see it."
        )
    return template


def _files(document: str, final: Final) -> dict[str, bytes]:
    """The PDF and a picture of each page, with the slides that it was made of; or the workbook."""
    if isinstance(final, FinalWorkbook):
        return {f"{document}.xlsx": final.xlsx}
    files = {f"{document}.pdf": final.pdf}
    with open_shown(final.pdf) as shown:
        digits = len(str(len(shown)))
        for number in range(len(shown)):
            files[f"{document}-{number + 1:0{digits}}.png"] = shown.picture(number, _SCALE)
    return files | ({f"{document}.pptx": final.merged.pptx} if final.merged.pptx else {})


def _write(folder: Path, document: str, final: Final) -> tuple[Path, ...]:
    """Writes the files in place of those of an earlier preview."""
    files = _files(document, final)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if re.fullmatch(rf"{re.escape(document)}-\d+\.png", old.name):
                old.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise unwritable("The preview", folder, error) from error
    return tuple(folder / name for name in files)
