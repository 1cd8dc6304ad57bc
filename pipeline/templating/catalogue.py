"""The catalogue of documents and packages: each folder and package file with its checked declaration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from pipeline.data.toml_file import TomlFile, read_toml
from pipeline.data.validation import validate
from pipeline.errors import DataError, Problem, TemplateError, UsageError
from pipeline.templating.declaration import DocumentDeclaration, Mail, PackageDeclaration, Recipient

SUPPLIER = "supplier"
"""The party that each municipality has its own of; its e-mail address is not known."""


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
        """The Office or PDF template in a language. Raises TemplateError when it is not there."""
        suffix = "pdf" if self.declaration.kind == "pdf-form" else self.declaration.kind
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

    @property
    def templates(self) -> Path:
        """The folder of all templates."""
        return self.file.path.parent.parent

    def mail_folder(self, mail: Mail) -> Path:
        """Where the words of a mail stand, as nb.txt and nn.txt."""
        return self.templates / "mail" / mail.id

    def recipient(self, document: DocumentTemplate) -> Recipient | None:
        """Who receives `document`; None for the cover."""
        wanted = document.declaration.recipient
        return next((one for one in self.declaration.recipients if one.id == wanted), None)


def load_document(folder: Path) -> DocumentTemplate:
    """Reads `folder`/document.toml. Raises TemplateError with every problem of it."""
    file = _read(folder / "document.toml")
    declaration, problems = validate(DocumentDeclaration, file)
    if declaration:
        problems += _kind_problems(file, declaration)
    if problems or declaration is None:
        raise TemplateError(f"The declaration of {folder.name} is not right.", problems=problems)
    return DocumentTemplate(folder.name, file, declaration)


def _kind_problems(file: TomlFile, declaration: DocumentDeclaration) -> list[Problem]:
    """What a declaration says that its kind of document cannot have."""
    kind, problems = declaration.kind, []
    if (kind == "pdf-form") != (declaration.form is not None):
        todo = "Give a pdf-form a [form], and no other kind."
        problems.append(file.problem(("kind",), "and the table [form] do not agree.", todo))
    if declaration.deliver and kind != "docx":
        what = "names docx, but a form is only a PDF." if kind == "pdf-form" else f"names docx, but this is a {kind}."
        problems.append(file.problem(("deliver",), what, "Remove the key."))
    for key, kinds in _ONLY_FOR.items():
        if getattr(declaration, key) and kind not in kinds:
            what = f"is only for {' and '.join(kinds)}, and this is a {kind}."
            problems.append(file.problem((key,), what, "Remove it, or correct the kind."))
    return problems


_ONLY_FOR = {
    "charts": ("docx", "pptx"),
    "results": ("xlsx",),
    "signatures": ("docx", "pdf-form"),
    "table": ("docx",),
}
"""Keys of a declaration that only some kinds of document can have."""


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


def require_parties(package: PackageTemplate, parties: Collection[str]) -> None:
    """Raises TemplateError where the party of a recipient or a mail is not one of the programme's."""
    asked = [("recipients", n, one.party, {*parties}) for n, one in enumerate(package.declaration.recipients)]
    asked += [("mails", n, one.party, {*parties, SUPPLIER}) for n, one in enumerate(package.declaration.mails)]
    problems = [
        package.file.problem((table, position, "party"), f"{party!r} is not a party.", _offer(party, sorted(known)))
        for table, position, party, known in asked
        if party is not None and party not in known
    ]
    if problems:
        raise TemplateError(f"The package file of {package.name} is not right.", problems=problems)


def load_all_packages(templates: Path) -> list[PackageTemplate]:
    """Every package file. Raises TemplateError with what is wrong in the first that is not right."""
    return [load_package(templates, path.stem) for path in sorted((templates / "packages").glob("*.toml"))]


def select(templates: Path, packages: list[PackageTemplate], names: Iterable[str]) -> list[DocumentTemplate]:
    """The named documents of the packages, or all of them, covers included. Raises UsageError for an unknown name."""
    known = {one.name: one for package in packages for one in (package.cover, *package.documents)}
    for name in names:
        if name not in known:
            raise UsageError(f"There is no document {name!r} in {templates}/packages. {_offer(name, sorted(known))}")
    return [known[name] for name in (list(names) or sorted(known))]


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
    problems += [*_same_places(documents), *_mail_problems(file, declaration, documents)]
    if problems:
        raise TemplateError("The package's documents are not right.", problems=problems)
    return tuple(sorted(documents, key=partial(_place, order)))


def _mail_problems(
    file: TomlFile, declaration: PackageDeclaration, documents: list[DocumentTemplate]
) -> Iterator[Problem]:
    """Mails that share an id, and documents that name a mail which the package does not have, where it has any."""
    known = [one.id for one in declaration.mails]
    for position, name in enumerate(known):
        if name in known[:position]:
            todo = "Give each mail an id of its own."
            yield file.problem(("mails", position, "id"), f"is {name!r}, which another mail has.", todo)
    for document in documents:
        mail = document.declaration.mail
        if known and mail is not None and mail not in known:
            what = f"is {mail!r}, not a mail of {file.path}."
            yield document.file.problem(("mail",), what, f"Use one of {', '.join(known)}.")


def _same_places(documents: list[DocumentTemplate]) -> list[Problem]:
    """Documents that would be written over one another."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str | None, str], str] = {}
    for document in documents:
        for language in ("nb", "nn"):
            name = document.declaration.file_name.in_language(language)
            first = seen.setdefault((language, document.declaration.recipient, name), document.name)
            if first != document.name:
                what = f"is {name!r}, which the document {first} has for the same recipient."
                key = ("file_name", language)
                problems.append(document.file.problem(key, what, "Give each document a name of its own."))
    return problems


def _place(recipients: list[str], document: DocumentTemplate) -> tuple[int, int]:
    return recipients.index(str(document.declaration.recipient)), document.declaration.order


def _offer(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"There is: {', '.join(known) or 'none'}."
