"""Reads a page's content: which marked content it has, and whether anything is drawn outside of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_OPENING = re.compile(
    rb"(?:\s|q\s|Q\s|[-+.\d\s]+cm)*/([^\s/<(\[]+)\s*(?:(<<.*?>>|/[^\s/<(\[]+)\s*BDC|BMC)(?=[\s/(\[<])", re.DOTALL
)
_CLOSED = re.compile(rb"[\sqQ]*")
_MCID = re.compile(rb"/MCID\s+(\d+)")
_TOKEN = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>|%[^\r\n]*|"
    rb"\bBI\b.*?\bID\s.*?\sEI\b|/[^\s/<>(\[]*\s*(?:<<.*?>>|/[^\s/<>(\[]+)\s*BDC\b|/[^\s/<>(\[\]{}]*(?:\s+BMC\b)?|"
    rb"[A-Za-z'\"][A-Za-z0-9*'\"]*",
    re.DOTALL,
)
_NAME = re.compile(rb"/([^\s/<(\[]*)")
_LINES = frozenset(b"f F f* S s B B* b b*".split())
_PAINTING = _LINES | frozenset(b"Tj TJ ' \" Do sh".split())


@dataclass(frozen=True)
class Content:
    """What is marked in a content stream, and what is not."""

    marked: frozenset[int]
    untagged: int
    """How often something is drawn that is neither marked with an id nor an artifact."""


def read_content(stream: bytes, named: Callable[[str], int | None]) -> Content:
    """Reads a whole content stream; `named` gives the id in a property list of the page's resources.

    Marked content stands one piece after the other in what engines write, which is known at a glance; whatever
    differs from that is read token by token (ISO 32000-1, 14.6).
    """
    return _at_a_glance(stream) or _token_by_token(stream, named)


def with_lines_as_artifacts(stream: bytes) -> bytes:
    """The stream with stretches that only draw lines and areas, such as borders of tables, marked as artifacts.

    LibreOffice leaves some of them unmarked (ISO 32000-1, 14.8.2.2). What draws anything else stays as it is.
    """
    made, depth, start, painted = [], 0, 0, set[bytes]()
    for found in _TOKEN.finditer(stream):
        token = found.group()
        opens, closes = token.startswith(b"/") and token.endswith((b"BDC", b"BMC")), token == b"EMC" and depth > 0
        if opens and depth == 0:
            made.append(_as_artifact(stream[start : found.start()], painted))
            start = found.start()
        depth += opens - closes
        if closes and depth == 0:
            made.append(stream[start : found.end()])
            start, painted = found.end(), set()
        elif depth == 0 and (token in _PAINTING or token.startswith((b"BI", b"BT"))):
            painted.add(token)
    return b"".join([*made, _as_artifact(stream[start:], painted)])


def _as_artifact(stretch: bytes, painted: set[bytes]) -> bytes:
    return b"\n/Artifact BMC" + stretch + b"\nEMC\n" if painted and painted <= _LINES else stretch


def _at_a_glance(stream: bytes) -> Content | None:
    """The content where it is nothing but pieces with an id and artifacts, none within another."""
    *pieces, rest = stream.split(b"EMC")
    if not _CLOSED.fullmatch(rest):
        return None
    marked = set()
    for piece in pieces:
        opening = _OPENING.match(piece)
        if not opening or piece.find(b"BDC", opening.end()) >= 0 or piece.find(b"BMC", opening.end()) >= 0:
            return None
        identity = _MCID.search(opening.group(2) or b"")
        if identity:
            marked.add(int(identity.group(1)))
        elif opening.group(1) != b"Artifact":
            return None
    return Content(frozenset(marked), 0)


def _token_by_token(stream: bytes, named: Callable[[str], int | None]) -> Content:
    marked: set[int] = set()
    untagged, opened = 0, [False]
    for token in _tokens(stream):
        if token.endswith((b"BDC", b"BMC")) and token.startswith(b"/"):
            identity = _identity(token, named)
            marked.update(() if identity is None else (identity,))
            opened.append(opened[-1] or identity is not None or _first_name(token) == "Artifact")
        elif token == b"EMC" and len(opened) > 1:
            opened.pop()
        elif token in _PAINTING or token.startswith(b"BI"):
            untagged += not opened[-1]
    return Content(frozenset(marked), untagged)


def _tokens(stream: bytes) -> Iterator[bytes]:
    """Names with their marks, operators and inline images; strings and comments are stepped over."""
    for found in _TOKEN.finditer(stream):
        token = found.group()
        if not token.startswith((b"(", b"<", b"%")):
            yield token


def _first_name(token: bytes) -> str:
    found = _NAME.match(token)
    return found.group(1).decode("latin-1") if found else ""


def _identity(token: bytes, named: Callable[[str], int | None]) -> int | None:
    """The id of a piece of marked content; None where it has none."""
    direct = _MCID.search(token)
    if direct:
        return int(direct.group(1))
    names = _NAME.findall(token)
    return (
        named(names[1].decode("latin-1")) if token.endswith(b"BDC") and len(names) > 1 and b"<<" not in token else None
    )
