"""A package's papers for the tests of mails: right in all that a mail tells, with a few bytes in place of the PDFs."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from pipeline.documents.stages import FinalDocument, MergedDocument
from pipeline.packages.contents import Contents, PackedDocument
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate
from pipeline.templating.data_names import resolve
from pipeline.templating.names import Edition, Names, facts


def contents_of(package: PackageTemplate, edition: Edition, *documents: str, size: int = 40) -> Contents:
    """The named documents as a package's contents; `size` is that of each PDF."""
    names = facts(edition)
    made = [
        _packed(package, one, edition, names, size)
        for one in package.documents
        if not documents or one.name in documents
    ]
    return Contents(package, edition, "an engine", tuple(made))


def files_of(contents: Contents) -> dict[str, bytes]:
    """What is delivered of them, by path."""
    files = {}
    for one in contents.documents:
        assert isinstance(one.final, FinalDocument)
        files[one.file] = one.final.pdf
        files |= {f"{one.stem}.docx": one.final.merged.docx} if one.final.merged.docx else {}
    return files


def read(draft: bytes) -> EmailMessage:
    """The draft as Python's own reader, which did not write it, understands it."""
    message = message_from_bytes(draft, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk()] == [[] for _ in message.walk()]
    return message


def body(message: EmailMessage) -> str:
    text = message.get_body()
    assert text is not None
    return str(text.get_content()).replace("\r\n", "\n")


def attachments(message: EmailMessage) -> dict[str, bytes]:
    found = {}
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(part.get_filename())] = content
    return found


def _packed(
    package: PackageTemplate, template: DocumentTemplate, edition: Edition, names: Names, size: int
) -> PackedDocument:
    declaration, language = template.declaration, edition.language
    merged = MergedDocument(
        template=template,
        template_hashes={},
        language=language,
        title=declaration.title.in_language(language),
        author=names["municipality"]["official_full_name"],
        docx=f"{template.name} in Word".encode() if declaration.deliver else None,
        form=None,
        csv=None,
        signatories={
            one.field: resolve(one.name, names, language) if one.name else None for one in declaration.signatures
        },
    )
    pdf = f"%PDF-1.7 {template.name} ".encode().ljust(size, b"\n")
    fields = tuple(one.field for one in declaration.signatures)
    return PackedDocument(FinalDocument(merged, pdf, 1, fields), package.recipient(template))
