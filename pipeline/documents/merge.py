"""Merges a municipality's facts into a document's template, or says everything that keeps it from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import TemplateError as JinjaError

from pipeline.documents.figures import with_charts, with_results
from pipeline.documents.form_values import form_values
from pipeline.documents.stages import MergedDocument
from pipeline.errors import MISSING, MergeError, Problem, TemplateError
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.checks.tags import dropped_by_tags
from pipeline.templating.csv_table import filled_rows, write_csv
from pipeline.templating.data_names import UnknownNameError, resolve, restrict
from pipeline.templating.declaration import Recipient
from pipeline.templating.draft_names import with_blank
from pipeline.templating.environment import MissingValueError
from pipeline.templating.form_text import FormTextError
from pipeline.templating.missing import Missing, shortened
from pipeline.templating.names import ALWAYS, Edition, Names
from pipeline.templating.office_template import OfficeTemplate, office_template
from pipeline.templating.pdf_form import PdfForm, pdf_form


@dataclass(frozen=True)
class Assignment:
    """A document to merge for an edition, for whom, with every name there is."""

    template: DocumentTemplate
    edition: Edition
    recipient: Recipient | None
    names: Names
    form_font: Path

    @property
    def language(self) -> str:
        """The language of the papers."""
        return self.edition.language

    @property
    def title(self) -> str:
        """The document's title in that language."""
        return self.template.declaration.title.in_language(self.language)

    @property
    def is_draft(self) -> bool:
        """Whether facts may be missing."""
        return self.edition.draft is not None


def included(template: DocumentTemplate, names: Names, language: str) -> bool:
    """Whether the package of this municipality holds the document; also where the fact that decides it is missing.

    Raises TemplateError for an unknown name.
    """
    condition = template.declaration.include_when
    if condition is None:
        return True
    value = _declared(template, ("include_when",), condition, names, language)
    if isinstance(value, Missing):
        return True
    if not isinstance(value, bool):
        problem = template.file.problem(
            ("include_when",), f"{condition} is not true or false.", "Name a yes-or-no fact."
        )
        raise TemplateError(f"The declaration of {template.name} is not right.", problems=[problem])
    return value


def merge(task: Assignment) -> MergedDocument:
    """Fills the template. Raises MergeError or TemplateError with every problem that can be told at once."""
    declaration = task.template.declaration
    names = restrict(_with_needs(task), declaration.needs, ALWAYS) | _document_names(task)
    if declaration.kind == "pptx" and task.is_draft:
        names = {name: shortened(value) for name, value in names.items()}
    path = task.template.template(task.language)
    hashes = {_below_templates(task, path): _sha256(path)}
    csv = office = form = None
    if declaration.table:
        table_path = task.template.table(task.language)
        hashes[_below_templates(task, table_path)] = _sha256(table_path)
        rows = filled_rows(table_path, declaration.table, names, task.language)
        names[declaration.table.name] = rows
        csv = write_csv(rows)
    if declaration.kind == "pdf-form":
        form = _fill(task, pdf_form(path), names)
    else:
        office = _office(task, office_template(path, task.language), names)
    return MergedDocument(
        template=task.template,
        template_hashes=hashes | {_below_templates(task, task.template.file.path): task.template.file.sha256},
        language=task.language,
        title=f"{task.title} – utkast" if task.is_draft else task.title,
        author=str(task.names["municipality"]["official_full_name"]),
        docx=office if declaration.kind == "docx" else None,
        pptx=office if declaration.kind == "pptx" else None,
        xlsx=office if declaration.kind == "xlsx" else None,
        form=form,
        csv=csv,
        signatories=_signatories(task),
        names=names,
        draft=task.is_draft,
    )


def missing_needs(template: DocumentTemplate, edition: Edition, names: Names) -> list[Problem]:
    """A problem for each fact that the declaration names under `needs` and that is not there."""
    problems = []
    for position, need in enumerate(template.declaration.needs):
        if _declared(template, ("needs", position), need, names, edition.language) is None:
            what = f"is missing, and the document {template.name} needs it."
            problems.append(edition.municipality.file.problem(tuple(need.split(".")), what, "Add it.", MISSING))
    return problems


def _with_needs(task: Assignment) -> Names:
    """The names, once every fact that the document needs is there; in a draft, with a blank for each that is not."""
    problems = missing_needs(task.template, task.edition, task.names)
    if problems and not task.is_draft:
        raise MergeError(f"{task.title} lacks facts.", problems=problems)
    names = task.names
    for problem in problems:
        names = with_blank(names, problem.place, task.language)
    return names


def _declared(template: DocumentTemplate, key: tuple[str | int, ...], name: str, names: Names, language: str) -> Any:
    try:
        return resolve(name, names, language)
    except UnknownNameError as error:
        problem = template.file.problem(key, str(error), "Use a name that there is.")
        raise TemplateError(f"The declaration of {template.name} is not right.", problems=[problem]) from error


def recipient_names(recipient: Recipient | None, names: Names, language: str) -> Names:
    """What stands below `recipient` in a document's template."""
    party = recipient.party if recipient else None
    return {
        "name": recipient.name.in_language(language) if recipient else None,
        "email": names["parties"][party]["email"] if party else None,
    }


def _document_names(task: Assignment) -> Names:
    return {
        "document": {
            "title": task.title,
            "version": task.template.declaration.version,
            "date": task.edition.date,
            "language": task.language,
        },
        "recipient": recipient_names(task.recipient, task.names, task.language),
    }


def _office(task: Assignment, template: OfficeTemplate, names: Names) -> bytes:
    """The rendered Word, PowerPoint or Excel file with the declared figures."""
    rendered = _render(task, template, names)
    if task.template.declaration.kind == "xlsx":
        return with_results(task.template, rendered, names, task.language)
    return with_charts(task.template, rendered, names, task.language, task.edition.date)


def _render(task: Assignment, template: OfficeTemplate, names: Names) -> bytes:
    problems = dropped_by_tags(template.path, task.language, template.sha256) or template.problems(names)
    if problems:
        raise TemplateError(f"The template of {task.title} does not hold.", problems=problems)
    try:
        return template.render(names, task.edition.date)
    except (MissingValueError, JinjaError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise MergeError(
            f"{task.title} cannot be filled for {task.edition.municipality.slug}.",
            problems=[_unfilled(template, error)],
        ) from error


def _unfilled(template: OfficeTemplate, error: Exception) -> Problem:
    """Which placeholder it was, and why it could not be filled."""
    found = template.locate(error)
    if found is None:
        raise error
    if isinstance(error, MissingValueError):
        what = "This fact is absent for the municipality, or is a list or table and not a value."
        todo = "Guard it with {% if … %}, or name it in needs in document.toml."
    else:
        what = f"The value cannot be written: {str(error).rstrip('.')}."
        todo = "Check the filter and the kind of value it takes."
    return Problem(template.path, 0, str(found[1]), what, todo)


def _fill(task: Assignment, form: PdfForm, names: Names) -> bytes:
    values, problems = form_values(task.template, form, names, task.language)
    if problems:
        raise TemplateError(f"The form {task.title} and its declaration do not agree.", problems=problems)
    try:
        return form.fill(values, task.form_font)
    except FormTextError as error:
        problems = [Problem(form.path, 0, f"field {one.name}", one.what, one.todo) for one in error.misfits]
        message = f"{task.title} cannot be filled for {task.edition.municipality.slug}."
        raise MergeError(message, problems=problems) from error


def _signatories(task: Assignment) -> dict[str, str | None]:
    """Who signs in each field. A contact, which only signing electronically asks for, must be a name there is."""
    found = {}
    for position, signature in enumerate(task.template.declaration.signatures):
        told = {"name": signature.name, "contact": signature.contact}
        values = {
            key: name and _declared(task.template, ("signatures", position, key), name, task.names, task.language)
            for key, name in told.items()
        }
        found[signature.field] = None if values["name"] is None else str(values["name"])
    return found


def _below_templates(task: Assignment, path: Path) -> str:
    return f"{task.template.name}/{path.name}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
