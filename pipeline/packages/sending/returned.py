"""The mail that takes a signed paper to its recipient, made only of a file whose return check accepted it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.data.load import find, load_municipality
from pipeline.data.programme import load_programme
from pipeline.errors import BundleError, UsageError
from pipeline.packages.disk import deliver
from pipeline.packages.sending.drafts import MIB, address_of, mail_text
from pipeline.packages.sending.file_names import attached_name
from pipeline.packages.sending.mail_names import Enclosed, Enclosures, mail_names
from pipeline.packages.sending.message import Attachment, Message, as_draft
from pipeline.packages.sending.plain_text import as_text
from pipeline.settings import Settings
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_package, require_parties
from pipeline.templating.declaration import Mail
from pipeline.templating.names import Edition, facts

PROVEN, WRAPPED = "proven", "wrapped"
FOLDER = "returned"
"""Below the output folder and not in a package, which is written anew as a whole."""
_SIGNED = "signert"
"""The state in the name of a signed file, the same word in both languages."""


@dataclass(frozen=True)
class Accepted:
    """What the return check found of a file that came back, as far as a mail needs it."""

    sha256: str
    """Of the file that came back."""
    kind: str
    """The verdict; a mail is made for proven, and for wrapped where that is asked for."""
    municipality: str
    """The name of its file."""
    document: str
    """The name of its folder in the templates."""
    title: str
    language: str
    """nb or nn."""
    signers: tuple[str, ...]
    """Who has signed."""
    awaited: tuple[str, ...] = ()
    """The roles of those of the other party who sign afterwards."""


@dataclass(frozen=True)
class ReturnedFile:
    """A file that came back."""

    path: Path
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class ReturnMail:
    """The mail in both its forms."""

    mail: str
    """Its id, after which its files are called."""
    draft: bytes
    """As .eml, ready to be sent."""
    text: bytes


def require_accepted(accepted: Accepted, content: bytes, kinds: Collection[str]) -> None:
    """Raises UsageError unless the check accepted this very file with one of the kinds."""
    if hashlib.sha256(content).hexdigest() != accepted.sha256:
        raise UsageError("The file is not the one that was checked. Check it again with make verify.")
    if accepted.kind == WRAPPED and WRAPPED not in kinds:
        raise UsageError(
            "A signing service made the file anew, so it is compared and not proven. Look at the comparison that "
            "make verify made; to send it all the same, and to have the mail say so, add ACCEPT=wrapped."
        )
    if accepted.kind not in kinds:
        raise UsageError(
            f"The return check says {accepted.kind}, and only what is proven is sent. Look at what make verify tells."
        )


def return_mail(
    accepted: Accepted,
    returned: ReturnedFile,
    package: PackageTemplate,
    edition: Edition,
    kinds: Collection[str] = (PROVEN,),
) -> ReturnMail:
    """The mail with the signed paper as it came back, byte for byte, and the verdict in its words.

    Raises UsageError for a file that was not accepted or that no mail takes along,
    BundleError for one that is larger than the mail may be, and what is raised for the words of the mail.
    """
    require_accepted(accepted, returned.content, kinds)
    mail, document = _mail_of(accepted, package)
    names = facts(edition)
    paper = Enclosed(accepted.title, accepted.signers, accepted.awaited)
    told = mail_names(mail, names, Enclosures(attached=(paper,)), accepted.kind)
    text = mail_text(package, mail, accepted.language, told)
    plain = f"{document.declaration.file_name.in_language(accepted.language)}-{_SIGNED}.pdf"
    name = attached_name(accepted.title, names["municipality"]["official_full_name"], "pdf", _SIGNED)
    attachment = Attachment(name, plain, str(returned.path), returned.content)
    message = Message(address_of(mail, edition.programme), text.subject, text.body, (attachment,))
    draft = as_draft(message)
    if len(draft) > mail.largest_mib * MIB:
        size = f"{len(draft) / MIB:.1f} MiB, and {mail.largest_mib} MiB is the most"
        todo = f"Send it in another way, or raise largest_mib of the mail {mail.id} in {package.file.path}."
        raise BundleError(f"{returned.path} makes a mail of {size}. {todo}")
    return ReturnMail(mail.id, draft, as_text(message, {}, accepted.language))


def read_returned(file: Path) -> ReturnedFile:
    """The file that came back. Raises UsageError where it cannot be read."""
    try:
        return ReturnedFile(file, file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}). Name the PDF that came back.") from error


@dataclass(frozen=True)
class ReturnOrder:
    """Which mail is wanted."""

    package: str
    """The package file that says to whom the document goes."""
    file: Path
    kinds: tuple[str, ...]
    """The verdicts of which a mail may be made."""
    date: datetime.date


def write_return_mail(settings: Settings, accepted: Accepted, order: ReturnOrder) -> tuple[Path, Path]:
    """Writes the mail below output/returned/, and tells where: the draft and the text.

    What was there before stays there until the new is whole. Raises PipelineError.
    """
    returned = read_returned(order.file)
    package, programme = load_package(settings.templates, order.package), load_programme(settings.programme)
    require_parties(package, programme.parties)
    municipality = load_municipality(find(settings.municipalities, accepted.municipality), programme)
    edition = Edition(municipality, programme, accepted.language, order.date)
    made = return_mail(accepted, returned, package, edition, order.kinds)
    place = settings.output / FOLDER / municipality.slug
    draft = deliver("The mail", place / f"{made.mail}.eml", made.draft)
    return draft, deliver("The mail", place / f"{made.mail}.txt", made.text)


def _mail_of(accepted: Accepted, package: PackageTemplate) -> tuple[Mail, DocumentTemplate]:
    document = next((one for one in package.documents if one.name == accepted.document), None)
    if document is None:
        raise UsageError(f"The package {package.name} has no document {accepted.document}. Choose another package.")
    mail = next((one for one in package.declaration.mails if one.id == document.declaration.mail), None)
    if mail is None:
        raise UsageError(
            f"{accepted.title} is sent to nobody: {document.file.path} names no mail of the package {package.name}. "
            "Keep it in the archive, or add mail there."
        )
    return mail, document
