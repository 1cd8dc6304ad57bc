"""Checks the template files of documents as they lie there: tags, hygiene, structure, twins, declared names."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from lxml import etree

from pipeline.data.register import register
from pipeline.documents.convert import font_names
from pipeline.documents.preparation import TWINS
from pipeline.errors import PipelineError, Problem
from pipeline.settings import Settings
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.checks.form_fields import form_field_problems
from pipeline.templating.checks.hygiene import text_problems
from pipeline.templating.checks.language import language_problems, table_language_problems
from pipeline.templating.checks.needs import declared_problems
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.package_safety import archive_problems, safety_problems
from pipeline.templating.checks.slides import slide_problems
from pipeline.templating.checks.structure import structure_problems
from pipeline.templating.checks.tags import tag_problems
from pipeline.templating.checks.twin_forms import form_twin_problems, table_twin_problems
from pipeline.templating.checks.twins import twin_problems
from pipeline.templating.checks.unread_tags import unread_tag_problems
from pipeline.templating.checks.workbooks import workbook_problems
from pipeline.templating.declaration import Form
from pipeline.templating.office_format import FORMATS
from pipeline.templating.office_template import not_whole
from pipeline.templating.pdf_form import pdf_form

_LANGUAGES = ("nb", "nn")
_OF_KIND: dict[str, Callable[[OfficeFile, Collection[str]], list[Problem]]] = {
    "docx": structure_problems,
    "pptx": slide_problems,
    "xlsx": workbook_problems,
}


def template_problems(settings: Settings, documents: Sequence[DocumentTemplate]) -> list[Problem]:
    """Every problem that can be seen without a municipality, each at its place."""
    fonts = {*font_names(settings.fonts), *TWINS}
    return [problem for document in documents for problem in _document(document, fonts)]


def _document(document: DocumentTemplate, fonts: Collection[str]) -> list[Problem]:
    try:
        problems = _form(document) if document.declaration.kind == "pdf-form" else _office(document, fonts)
        if document.declaration.table:
            problems += _table(*(document.table(language) for language in _LANGUAGES))
        return [*problems, *declared_problems(document)]
    except PipelineError as error:
        return list(error.problems)


def _office(document: DocumentTemplate, fonts: Collection[str]) -> list[Problem]:
    files: list[OfficeFile] = []
    problems: list[Problem] = []
    for language in _LANGUAGES:
        path = document.template(language)
        try:
            problems += archive_problems(path, path.read_bytes())
            files.append(OfficeFile(path, language, path.read_bytes()))
        except (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, KeyError):
            what, todo = not_whole(FORMATS[document.declaration.kind])
            problems.append(Problem(path, 0, "", what, todo, rule="unreadable"))
    for file in files:
        problems += [*tag_problems(file), *unread_tag_problems(file), *_hygiene(file), *language_problems(file)]
        problems += _OF_KIND[document.declaration.kind](file, fonts)
    return problems + (twin_problems(*files) if len(files) == len(_LANGUAGES) else [])


def _hygiene(file: OfficeFile) -> list[Problem]:
    entries = register().values()
    names = {entry.number: entry.official_name for entry in entries}
    numbers = {entry.organisation_number for entry in entries if entry.organisation_number}
    return [*text_problems(file, names, numbers), *safety_problems(file)]


def _table(nb: Path, nn: Path) -> list[Problem]:
    try:
        return [
            *table_twin_problems(nb, nn),
            *table_language_problems(nb, "nb"),
            *table_language_problems(nn, "nn"),
        ]
    except (UnicodeDecodeError, csv.Error, ValueError):
        what, todo = "The tables cannot be compared.", "Save both from Excel as «CSV UTF-8» with the same columns."
        return [Problem(nn, 0, "", what, todo, rule="unreadable")]


def _form(document: DocumentTemplate) -> list[Problem]:
    nb, nn = (pdf_form(document.template(language)) for language in _LANGUAGES)
    declared = document.declaration.form or Form()
    return [*form_field_problems(nb, declared), *form_field_problems(nn, declared), *form_twin_problems(nb, nn)]
