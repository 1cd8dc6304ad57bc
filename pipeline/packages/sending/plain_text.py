"""Writes a mail as plain text, for whoever cannot open a draft: where it goes, what to attach, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.packages.sending.message import Message

_WORDS = {
    "nb": {
        "unknown": "(fyll inn adressen)",
        "attached": "Vedlegg:",
        "to_sign": "Legg ved når de er signert:",
        "too_large": "For store til denne e-posten; send dem på en annen måte:",
    },
    "nn": {
        "unknown": "(fyll inn adressa)",
        "attached": "Vedlegg:",
        "to_sign": "Legg ved når dei er signerte:",
        "too_large": "For store til denne e-posten; send dei på ein annan måte:",
    },
}


def as_text(message: Message, others: Mapping[str, Sequence[str]], language: str) -> bytes:
    """The mail as UTF-8 with BOM and CRLF, as every editor opens it.

    `others` are the paths of files that are not attached, under `to_sign` and `too_large`.
    """
    words = _WORDS[language]
    lines = [f"Til: {message.to or words['unknown']}", f"Emne: {message.subject}"]
    for name, paths in {"attached": [one.path for one in message.attachments], **others}.items():
        lines += [words[name], *(f"  {path}" for path in paths)] if paths else []
    return "\r\n".join([*lines, "", *message.body.split("\n")]).encode("utf-8-sig")
