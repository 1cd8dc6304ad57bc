"""What a document.toml and a package file declare, and the catalogue of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.data.programme import Translated
from pipeline.data.text import Count, Facts, Line
from pipeline.data.toml_file import TomlFile, read_toml
from pipeline.data.validation import validate
from pipeline.errors import DataError, Problem, TemplateError, UsageError

Language = Literal["nb", "nn"]


class Signature(Facts):
    """An empty signature field; in a Word template it stands under the label in the bookmark of its name."""

    field: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    role: Translated
    """Who signs, as the cover says it: in brackets behind the name, or alone where there is none."""
    tooltip: Translated
    """What a reader of the PDF is told the field is for."""
    name: Line | None = None
    """The data name of the person who signs, or none where the other party decides."""
    width_mm: Count = 70
    height_mm: Count = 16


class Rows(Facts):
    """Form rows filled from a list: `{n}` in a field name counts from 1 to `count`."""

    list: Line
    count: Count
    fields: dict[str, Line]


class Form(Facts):
    """Which data name fills which field of a PDF form."""

    fields: dict[str, Line] = {}
    rows: list[Rows] = []
    open: list[Line] = []
    """Fields that stay empty for the one who signs."""


class Table(Facts):
    """A CSV file beside the templates whose rows the Word template lists and which is delivered as well."""

    name: Line
    """The name under which the template loops over the rows."""
    only: dict[str, Line] = {}
    """Column → data name: rows whose cell is neither empty nor that value are left out."""


class DocumentDeclaration(Facts):
    """The file document.toml beside a document's templates."""

    kind: Literal["docx", "pdf-form"]
    title: Translated
    file_name: Translated
    version: Line
    recipient: Line | None = None
    """A recipient of the package file; none for the cover."""
    order: Count
    needs: list[Line]
    """Data names, or tables of them, that the templates use."""
    include_when: Line | None = None
    """A data name that is true or false; without it the document is always included."""
    deliver: list[Literal["pdf", "docx"]] = ["pdf"]
    signatures: list[Signature] = []
    form: Form | None = None
    table: Table | None = None


class Recipient(Facts):
    """Who receives a folder of the package, and what they shall do with it."""

    id: Line
    folder: Annotated[str, Field(pattern=r"^[0-9]{2}-[a-z0-9-]+$")]
    name: Translated
    party: Line | None = None
    """A key of [parties]; its e-mail address is where the papers go."""
    instruction: Translated


class PackageDeclaration(Facts):
    """A file in templates/packages: which documents, for whom, under which cover."""

    title: Translated
    cover: Line
    documents: Annotated[list[Line], Field(min_length=1)]
    recipients: Annotated[list[Recipient], Field(min_length=1)]


@dataclass(frozen=True)
class DocumentTemplate:
    """A document's folder with its checked declaration."""

    name: str
    file: TomlFile
    declaration: DocumentDeclaration

    @property
    def folder(self) -> Path:
        """The folder that holds document.toml and the templates."""
        return self.file.path.parent

    def template(self, language: str) -> Path:
        """The Word or PDF template in a language. Raises TemplateError when it is not there."""
        suffix = "docx" if self.declaration.kind == "docx" else "pdf"
        return self._existing(self.folder / f"{language}.{suffix}")

    def table(self, language: str) -> Path:
        """The CSV file in a language. Raises TemplateError when it is not there."""
        return self._existing(self.folder / f"{language}.csv")

    def _existing(self, path: Path) -> Path:
        if not path.is_file():
            problem = Problem(path, 0, "", "This template is missing.", "Put it there, or remove the document.")
            raise TemplateError(f"The document {self.name} has no {path.name}.", problems=[problem])
        return path


@dataclass(frozen=True)
class PackageTemplate:
    """A package file, its documents in order and its cover."""

    name: str
    file: TomlFile
    declaration: PackageDeclaration
    documents: tuple[DocumentTemplate, ...]
    cover: DocumentTemplate

    def recipient(self, document: DocumentTemplate) -> Recipient | None:
        """Who receives `document`; None for the cover."""
        wanted = document.declaration.recipient
        return next((one for one in self.declaration.recipients if one.id == wanted), None)


def load_document(folder: Path) -> DocumentTemplate:
    """Reads `folder`/document.toml. Raises TemplateError with every problem of it."""
    file = _read(folder / "document.toml")
    declaration, problems = validate(DocumentDeclaration, file)
    if declaration and (declaration.kind == "pdf-form") != (declaration.form is not None):
        todo = "Give a pdf-form a [form], and no other kind."
        problems.append(file.problem(("kind",), "and the table [form] do not agree.", todo))
    if problems or declaration is None:
        raise TemplateError(f"The declaration of {folder.name} is not right.", problems=problems)
    return DocumentTemplate(folder.name, file, declaration)


def load_package(templates: Path, name: str) -> PackageTemplate:
    """Reads templates/packages/`name`.toml and its documents. Raises UsageError or TemplateError."""
    path = templates / "packages" / f"{name}.toml"
    if not path.is_file():
        known = sorted(one.stem for one in path.parent.glob("*.toml"))
        raise UsageError(f"There is no package {name!r}. {_offer(name, known)}")
    file = _read(path)
    declaration, problems = validate(PackageDeclaration, file)
    if declaration is None:
        raise TemplateError(f"The package file of {name} is not right.", problems=problems)
    documents = _documents(templates, file, declaration, problems)
    cover = load_document(templates / declaration.cover)
    return PackageTemplate(name, file, declaration, documents, cover)


def _read(path: Path) -> TomlFile:
    try:
        return read_toml(path)
    except DataError as error:
        raise TemplateError(error.message, problems=error.problems) from error


def _documents(
    templates: Path, file: TomlFile, declaration: PackageDeclaration, problems: list[Problem]
) -> tuple[DocumentTemplate, ...]:
    known = sorted(path.parent.name for path in templates.glob("*/document.toml"))
    documents = []
    for position, name in enumerate(declaration.documents):
        if name in known:
            documents.append(load_document(templates / name))
        else:
            what = f"{name!r} is not a document."
            problems.append(file.problem(("documents", position), what, _offer(name, known)))
    order = [recipient.id for recipient in declaration.recipients]
    for document in documents:
        if document.declaration.recipient not in order:
            what = f"is {document.declaration.recipient!r}, not a recipient of {file.path}."
            problems.append(document.file.problem(("recipient",), what, f"Use one of {', '.join(order)}."))
    if problems:
        raise TemplateError("The package's documents are not right.", problems=problems)
    return tuple(sorted(documents, key=partial(_place, order)))


def _place(recipients: list[str], document: DocumentTemplate) -> tuple[int, int]:
    return recipients.index(str(document.declaration.recipient)), document.declaration.order


def _offer(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"There is: {', '.join(known) or 'none'}."
