"""What a cohort's page tells of one municipality when it is opened: what it lacks, what went wrong, its papers."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from pipeline.data.givers import Givers
from pipeline.errors import Problem
from pipeline.packages.cohort.entry import Entry
from pipeline.packages.cohort.picture import kept_first_page
from pipeline.packages.html_page import message
from pipeline.packages.ledger.status import Standing
from pipeline.packages.packed import ListedDocument, Packed, Signatory

_LANGUAGES = {"nb": "bokmål", "nn": "nynorsk"}
_VERDICTS = {
    "proven": "signert og bevist",
    "wrapped": "skrevet på nytt av en signeringstjeneste, ikke bevist",
    "incomplete": "en signatur mangler eller teller ikke",
    "unsigned": "ikke signert",
    "altered": "endret",
    "other-municipality": "hører til en annen kommune",
    "scan-or-reprint": "skannet eller skrevet ut på nytt",
    "unreadable": "kan ikke leses",
}
_LINKED = {".pdf": "PDF", ".docx": "Word", ".pptx": "PowerPoint", ".xlsx": "Excel", ".csv": "CSV"}


def details(entry: Entry, givers: Givers, cache: Path) -> str:
    """The municipality's part of the page, closed until somebody opens it."""
    parts = [*_missing(entry, givers), *_problems(entry), *_package(entry, cache)]
    body = "\n".join(parts) or "<p>Det ligger ingen pakke her.</p>"
    name = f'<span class="hidden">{escape(entry.name)}: </span>'
    return f"<details><summary>{name}{_summary(entry)}</summary>\n{body}\n</details>"


def count(many: int, one: str, more: str) -> str:
    """A number with its noun: 1 dokument, 26 dokumenter."""
    return f"{many}\u00a0{one if many == 1 else more}"


def _summary(entry: Entry) -> str:
    if entry.outcome.state == "complete" and entry.packed:
        documents = count(len(entry.packed.documents), "dokument", "dokumenter")
        return f"{documents}, {len(entry.packed.signable)} til underskrift"
    if entry.outcome.state == "incomplete":
        return "Hva som mangler, og hvem som kan gi det"
    return "Hva som er galt" if entry.outcome.state == "failed" else "Pakken"


def _missing(entry: Entry, givers: Givers) -> Iterator[str]:
    """The missing facts by who can give them."""
    by_giver: dict[str, list[Problem]] = defaultdict(list)
    for problem in entry.outcome.missing:
        by_giver[givers.of(problem.place).nb].append(problem)
    if by_giver:
        yield "<h3>Opplysninger som mangler</h3>"
    for who, problems in by_giver.items():
        facts = "".join(f"<li>{_fact(problem)}</li>" for problem in problems)
        yield f"<p><b>{escape(who)}</b> kan gi:</p><ul>{facts}</ul>"


def _fact(problem: Problem) -> str:
    place = f"{escape(problem.path.name)}:{problem.line}" if problem.line else escape(problem.path.name)
    return f'<code>{escape(problem.place)}</code> mangler <span class="quiet">({place})</span>'


def _problems(entry: Entry) -> Iterator[str]:
    """What the pipeline said of the rest, which it says in English."""
    if entry.outcome.state == "failed":
        yield "<h3>Hva som er galt</h3>\n<p>Pakken kunne ikke lages. Dette er meldingen fra kjøringen, på engelsk:</p>"
        yield message(entry.outcome.message or "No reason was told.", map(str, entry.others))
    if entry.unreadable:
        yield "<p>Pakken som ligger i mappen, kan ikke vises:</p>" + message(entry.unreadable)


def _package(entry: Entry, cache: Path) -> Iterator[str]:
    packed, folder = entry.packed, entry.outcome.folder
    if packed is None:
        return
    dated = f'<time datetime="{packed.date}">{packed.date:%d.%m.%Y}</time>'
    if entry.outcome.state == "complete":
        yield f"<p>Pakken er på {_LANGUAGES.get(packed.language, packed.language)}, datert {dated}.</p>"
    else:
        yield f'<h3>En eldre pakke</h3>\n<p class="old">Det ligger en eldre pakke her fra {dated}. Den er urørt.</p>'
    yield f'<div lang="{escape(packed.language)}">'
    yield from _to_sign(packed, entry, cache)
    yield from _by_recipient(packed, folder)
    yield "</div>"
    archive = f"{folder.name}.zip"
    if (folder / archive).is_file():
        yield f'<p><a href="{_address(folder, archive)}">Hele pakken som én fil ({escape(archive)})</a></p>'


def _to_sign(packed: Packed, entry: Entry, cache: Path) -> Iterator[str]:
    folder = entry.outcome.folder
    if not packed.signable:
        return
    yield '<h3 lang="nb">Til underskrift</h3>\n<ul class="papers">'
    for document in packed.signable:
        signed = ", ".join(_signatory(one) for one in document.signatories)
        yield (
            f'<li><a href="{_address(folder, document.files[0].path)}">{_picture(document, folder, cache)}'
            f'<span>{escape(document.title)}</span></a> <span class="quiet">{signed}</span>'
            f"{_standing(entry.standings.get(document.files[0].sha256))}</li>"
        )
    yield "</ul>"


def _standing(one: Standing | None) -> str:
    """How far the paper is; nothing for one that the ledger does not know."""
    if one is None or one.state == "issued":
        return ""
    told = f"Sendt {one.sent:%d.%m.%Y}. " if one.sent else ""
    if one.returned:
        told += f"Kom tilbake {one.returned:%d.%m.%Y}: {_VERDICTS.get(one.verdict or '', 'ikke bevist')}."
    return f' <span class="quiet" lang="nb">{told.strip()}</span>'


def _signatory(one: Signatory) -> str:
    return escape(f"{one.name} ({one.role})" if one.name else one.role)


def _picture(document: ListedDocument, folder: Path, cache: Path) -> str:
    """The first page, or a sentence where the file is gone or broken; the page is about more than one picture."""
    file = document.files[0]
    try:
        drawn = kept_first_page(folder / file.path, file.sha256, cache)
    except (OSError, RuntimeError):
        return '<span class="none" lang="nb">Siden kan ikke vises</span>'
    source = f"data:image/webp;base64,{base64.b64encode(drawn).decode()}"
    return f'<img alt="Første side: " lang="nb" decoding="async" src="{source}">'


def _by_recipient(packed: Packed, folder: Path) -> Iterator[str]:
    yield '<h3 lang="nb">Alle dokumentene</h3>\n<div class="recipients">'
    for recipient, documents in groupby(packed.documents, key=lambda one: one.recipient):
        listed = "".join(f"<li>{_links(document, folder)}</li>" for document in documents)
        heading = f"<p><b>{escape(recipient)}</b></p>" if recipient else ""
        yield f"<div>{heading}<ul>{listed}</ul></div>"
    yield "</div>"


def _links(document: ListedDocument, folder: Path) -> str:
    first, *rest = document.files
    pages = f", {count(document.pages, 'side', 'sider')}" if document.pages else ""
    told = f'<a href="{_address(folder, first.path)}">{escape(document.title)}</a> ({_kind(first.path)}{pages})'
    title = escape(document.title, quote=True)
    return told + "".join(
        f', <a href="{_address(folder, one.path)}" aria-label="{title}, {_kind(one.path)}">{_kind(one.path)}</a>'
        for one in rest
    )


def _kind(path: str) -> str:
    suffix = Path(path).suffix
    return _LINKED.get(suffix, suffix.removeprefix(".").upper())


def _address(folder: Path, path: str) -> str:
    """From output/cohorts/<name>/ to a file of a package."""
    return escape(f"../../{quote(folder.name)}/{quote(path)}")
