"""Writes a mail as a draft that mail programs open, and the same as plain text; the same bytes for the same mail.

Formats: RFC 5322 with MIME (RFC 2045 to 2047, 2231). Python's own writer is not used: it loses blanks between the
encoded words of a subject, and folds differently from version to version. Tests read the drafts back with its reader.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

_BOUNDARY = "=_part"
"""Neither base64 nor quoted-printable text can hold it (RFC 2045, 6.7)."""
_PLAIN = re.compile(r"[ -~]*")
_WORD_BYTES, _PIECE = 42, 56
"""What fits into an encoded word behind the header's name, and into a line of a file's name, within 78 columns."""
_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    """What the recipient sees; any printable characters."""
    plain_name: str
    """In plain letters, for programs that do not read the other."""
    path: str
    """Where the sender finds it."""
    content: bytes


@dataclass(frozen=True)
class Message:
    """A mail as it is to be sent."""

    to: str | None
    """A plain address; None where the sender fills it in."""
    subject: str
    """Printable, on one line."""
    body: str
    """Lines that end with a line feed."""
    attachments: tuple[Attachment, ...] = ()


def as_draft(message: Message) -> bytes:
    """The mail as an .eml file that opens ready to be sent: X-Unsent, and neither sender, date nor Message-ID.

    Lines have at most 78 columns, but for a longer address.
    """
    lines = [*([f"To: {message.to}"] if message.to else []), *_folded("Subject", message.subject)]
    lines += ["X-Unsent: 1", "MIME-Version: 1.0"]
    text = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
    text += _quoted_printable(message.body)
    if not message.attachments:
        return _joined([*lines, *text])
    lines += [f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"', "", f"--{_BOUNDARY}", *text]
    for one in message.attachments:
        lines += ["", f"--{_BOUNDARY}", *_attached(one)]
    return _joined([*lines, f"--{_BOUNDARY}--"])


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _folded(name: str, value: str) -> list[str]:
    """A header with any printable text, in encoded words unless it is short and plain (RFC 2047)."""
    whole = f"{name}: {value}"
    if len(whole) <= 78 and _PLAIN.fullmatch(value) and "=?" not in value:
        return [whole]
    words = [f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in _pieces(value, _WORD_BYTES)]
    return [f"{name}: {words[0]}", *(f" {word}" for word in words[1:])]


def _pieces(text: str, size: int) -> Iterator[str]:
    """The text in pieces of so many bytes at most; no character is parted."""
    piece, length = "", 0
    for character in text:
        width = len(character.encode())
        if piece and length + width > size:
            yield piece
            piece, length = "", 0
        piece, length = piece + character, length + width
    yield piece


def _attached(one: Attachment) -> list[str]:
    kind = _TYPES.get(one.path.rpartition(".")[2], "application/octet-stream")
    return [
        *([f"Content-Type: {kind};"] if len(kind) < 60 else ["Content-Type:", f" {kind};"]),
        f' name="{one.plain_name}"',
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        *_named(one.name),
        "",
        *base64.encodebytes(one.content).decode().splitlines(),
    ]


def _named(name: str) -> Iterator[str]:
    """The parameter of a file's name, in numbered pieces (RFC 2231)."""
    pieces = [""]
    for character in name:
        written = quote(character, safe="")
        if len(pieces[-1]) + len(written) > _PIECE:
            pieces.append("")
        pieces[-1] += written
    for number, piece in enumerate(pieces):
        start, end = "" if number else "utf-8''", "" if number == len(pieces) - 1 else ";"
        yield f" filename*{number}*={start}{piece}{end}"


def _quoted_printable(text: str) -> list[str]:
    encoded = binascii.b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)
    return encoded.decode("ascii").removesuffix("\r\n").split("\r\n")
