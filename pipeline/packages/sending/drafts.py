"""Makes the mail drafts of a package: one for each mail of the package file that has a document to take along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.data.programme import PARTIES, Programme
from pipeline.errors import DataError, PipelineError, Problem, TemplateError
from pipeline.packages.contents import Contents, PackedDocument, together
from pipeline.packages.sending.file_names import attached_name
from pipeline.packages.sending.mail_names import EXAMPLE, Enclosed, Enclosures, enclosed, is_signed_first, mail_names
from pipeline.packages.sending.message import Attachment, Message, as_draft
from pipeline.packages.sending.plain_text import as_text
from pipeline.templating.catalogue import PackageTemplate
from pipeline.templating.declaration import Mail
from pipeline.templating.mail_template import MailText, mail_template
from pipeline.templating.names import Names, facts

FOLDER = "send"
"""Where the drafts lie in a package; for the municipality alone, so not in the ZIP and the packing list."""
MIB = 1024 * 1024
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
"""An address that may stand in a header as it is (RFC 5322, addr-spec without quotes)."""


def mail_files(contents: Contents, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The drafts by their path in the package, as .eml and as .txt; none of a draft of a package.

    `files` are all delivered files by path. A document that the municipality signs first is named and not attached, so
    that no unsigned paper is sent; nor is anything attached where that would be more than the mail may hold.
    Raises PipelineError with everything that is wrong with the words of the mails.
    """
    if contents.edition.draft:
        return {}
    names = facts(contents.edition)
    made: dict[str, bytes] = {}
    failures: list[PipelineError] = []
    for mail, documents in _taken_along(contents):
        try:
            made |= _Draft(contents, mail, names, files).made(documents)
        except PipelineError as error:
            failures.append(error)
    if failures:
        raise together(failures)
    return made


def draft_problems(contents: Contents) -> list[Problem]:
    """What keeps drafts from being written for this municipality, though the words themselves are right."""
    names = facts(contents.edition)
    problems: list[Problem] = []
    for mail, documents in _taken_along(contents):
        try:
            _Draft(contents, mail, names, {}).made(documents)
        except TemplateError:
            continue
        except PipelineError as error:
            problems += error.problems
    return problems


def mail_text(package: PackageTemplate, mail: Mail, language: str, names: Names) -> MailText:
    """The words of a mail, of names that `mail_names` gives. Raises TemplateError or MergeError with every place."""
    template = mail_template(package.mail_folder(mail), language)
    problems = template.problems(names | mail_names(mail, names, EXAMPLE))
    if problems:
        raise TemplateError("The words of a mail do not hold.", problems=problems)
    return template.render(names)


def address_of(mail: Mail, programme: Programme) -> str | None:
    """Where a mail goes; None where the sender knows. Raises DataError for an address that no header can hold."""
    party = programme.parties.get(mail.party) if mail.party else None
    if party is None:
        return None
    if not _ADDRESS.fullmatch(party.email):
        file, key = programme.files[PARTIES], ("parties", str(mail.party), "email")
        problem = file.problem(key, "cannot be written to by mail.", "Write a plain address such as name@place.no.")
        raise DataError("A mail cannot be addressed.", problems=[problem])
    return party.email


def _taken_along(contents: Contents) -> Iterator[tuple[Mail, list[PackedDocument]]]:
    for mail in contents.package.declaration.mails:
        documents = [one for one in contents.documents if one.final.merged.template.declaration.mail == mail.id]
        if documents:
            yield mail, documents


@dataclass(frozen=True)
class _Draft:
    contents: Contents
    mail: Mail
    names: Names
    files: Mapping[str, bytes]

    def made(self, documents: Sequence[PackedDocument]) -> dict[str, bytes]:
        """The draft in both its forms."""
        to_sign = [one for one in documents if is_signed_first(one.final.merged.template)]
        attached = [one for one in documents if one not in to_sign]
        draft = self._message(attached, to_sign, [])
        written, too_large = as_draft(draft), []
        if len(written) > self.mail.largest_mib * MIB:
            attached, too_large = [], attached
            draft = self._message(attached, to_sign, too_large)
            written = as_draft(draft)
        others = {"to_sign": self._paths(to_sign), "too_large": self._paths(too_large)}
        text = as_text(draft, others, self.contents.edition.language)
        return {f"{FOLDER}/{self.mail.id}.eml": written, f"{FOLDER}/{self.mail.id}.txt": text}

    def _message(
        self, attached: list[PackedDocument], to_sign: list[PackedDocument], too_large: list[PackedDocument]
    ) -> Message:
        edition = self.contents.edition
        lists = (tuple(map(_enclosed, documents)) for documents in (attached, to_sign, too_large))
        names = mail_names(self.mail, self.names, Enclosures(*lists))
        text = mail_text(self.contents.package, self.mail, edition.language, names)
        attachments = tuple(self._attachment(one, path) for one in attached for path in self._paths([one]))
        return Message(address_of(self.mail, edition.programme), text.subject, text.body, attachments)

    def _paths(self, documents: list[PackedDocument]) -> list[str]:
        """The files of documents; of one to be signed, what is signed."""
        return [
            path
            for one in documents
            for path in self.files
            if path == one.file or (path.rpartition(".")[0] == one.stem and not _is_signed(one))
        ]

    def _attachment(self, document: PackedDocument, path: str) -> Attachment:
        plain = path.rpartition("/")[2]
        municipality = self.names["municipality"]["official_full_name"]
        name = attached_name(document.final.merged.title, municipality, plain.rpartition(".")[2])
        return Attachment(name, plain, path, self.files[path])


def _is_signed(document: PackedDocument) -> bool:
    return is_signed_first(document.final.merged.template)


def _enclosed(document: PackedDocument) -> Enclosed:
    merged = document.final.merged
    return enclosed(merged.template, merged.title, merged.signatories, merged.language)
