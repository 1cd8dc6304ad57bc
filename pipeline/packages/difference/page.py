"""The page that shows what a change would do, in Norwegian, for the one who decides about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape
from itertools import groupby

from pipeline.packages.difference.differences import Differences
from pipeline.packages.difference.paper_change import PageChange
from pipeline.packages.difference.paper_set import Difference
from pipeline.packages.difference.text_change import TextChange, Words
from pipeline.packages.html_page import message, page, sheet, table

_HOW = {"changed": "endret", "new": "ny", "gone": "fjernet"}
_LANGUAGES = {"nb": "bokmål", "nn": "nynorsk"}
_SIDES = ("før", "etter")
_SHOWN_AT_ONCE = 12
"""Pages whose pictures are shown before the reader asks for more."""


def difference_page(found: Differences, before: str, after: str) -> str:
    """The differences as one HTML page; `before` and `after` say what was compared, such as HEAD~1."""
    body = [
        "<h1>Hva endringen gjør med dokumentene</h1>",
        _introduction(found, before, after),
        _summary(found),
        _files(found),
    ]
    room = _SHOWN_AT_ONCE
    for _, papers in groupby(found.papers, lambda one: one.slug):
        these = list(papers)
        body.append(_municipality(these, room))
        room -= sum(len(one.pages) for one in these)
    return page("Hva endringen gjør med dokumentene", "nb", "\n".join(body))


def _introduction(found: Differences, before: str, after: str) -> str:
    number = _count(found.municipalities, "kommune", "kommuner")
    return (
        f"<p>Før: <code>{escape(before)}</code>. Etter: <code>{escape(after)}</code>. Dokumentdato "
        f"{_date(found.date)}. Sammenlignet for {number}, hver på sin egen målform.</p>"
    )


def _summary(found: Differences) -> str:
    if not found.papers:
        return message("Ingen dokumenter endrer seg: alle blir som før.", good=True)
    rows = [
        (
            escape(one.municipality),
            f'<a href="#{_anchor(one)}">{escape(_title(one))}</a>',
            escape(_what(one)),
        )
        for one in found.papers
    ]
    headers = ("Kommune", "Dokument", "Hva som skjer")
    return "<h2>Kort fortalt</h2>\n" + table("Dokumenter som ikke blir som før", headers, rows)


def _what(one: Difference) -> str:
    if one.faults[1]:
        return "kan ikke lages etter endringen" if not one.faults[0] else "kan ikke lages, verken før eller etter"
    if one.faults[0]:
        return "kan lages, men kunne det ikke før"
    if one.how != "changed":
        return "nytt dokument" if one.how == "new" else "dokumentet faller bort"
    said = [_count(len(one.text), "sted i teksten", "steder i teksten")] if one.text else []
    said += [_count(len(one.pages), "side ser annerledes ut", "sider ser annerledes ut")] if one.pages else []
    said += ["filen får nytt navn eller ny mappe"] if one.files[0] != one.files[1] else []
    return ", ".join(said)


def _files(found: Differences) -> str:
    if not found.changed_files:
        return '<p class="quiet">Ingen filer er forskjellige.</p>'
    rows = [(f"<code>{escape(path)}</code>", _HOW[how]) for path, how in found.changed_files.items()]
    return "<h2>Filer som er forskjellige</h2>\n" + table("Filer i de to mappene", ("Fil", "Hvordan"), rows)


def _municipality(papers: list[Difference], room: int) -> str:
    """A municipality's papers; pictures beyond `room` are folded away."""
    parts = [f"<h2>{escape(papers[0].municipality)}</h2>"]
    for one in papers:
        parts.append(_paper(one, unfolded=one.how == "changed" and len(one.pages) <= room))
        room -= len(one.pages)
    return "\n".join(parts)


def _title(one: Difference) -> str:
    return f"{one.title} ({_LANGUAGES[one.language]})" if one.title else "Alle dokumenter"


def _paper(one: Difference, *, unfolded: bool) -> str:
    heading = f"<h3>{escape(_title(one))}</h3>"
    parts = [f'<section class="card" id="{_anchor(one)}">', heading, f"<p>{_sentence(one)}</p>"]
    for side, fault in zip(_SIDES, one.faults, strict=True):
        if fault:
            parts += [f"<h4>Feil {side} endringen</h4>", message(fault.message, fault.problems)]
    if any(one.faults) and one.document:
        parts.append('<p class="quiet">Forsiden sammenlignes først når alle dokumentene kan lages.</p>')
    if one.text:
        parts += ["<h4>Teksten</h4>", _text(one.text)]
    if one.pages:
        parts += ["<h4>Sidene</h4>", _pages(one, unfolded=unfolded)]
    return "\n".join([*parts, "</section>"])


def _sentence(one: Difference) -> str:
    what = _what(one)
    moved = one.how == "changed" and one.files[0] != one.files[1]
    place = f" <code>{escape(one.files[0])}</code> → <code>{escape(one.files[1])}</code>" if moved else ""
    return f"{escape(what[:1].upper() + what[1:])}.{place}"


def _text(changes: Iterable[TextChange]) -> str:
    rows = [(escape(one.place), _words(one.before, "del"), _words(one.after, "ins")) for one in changes]
    return table("Tekst som endres, med de ordene merket som er forskjellige", ("Sted", "Før", "Etter"), rows)


def _words(words: Iterable[Words], mark: str) -> str:
    shown = [f"<{mark}>{escape(one.text)}</{mark}>" if one.kind == "changed" else escape(one.text) for one in words]
    return " ".join(shown) or '<span class="quiet">ingenting</span>'


def _pages(one: Difference, *, unfolded: bool) -> str:
    number = _count(len(one.pages), "side", "sider")
    pairs = "".join(_pair(one, change) for change in one.pages)
    return f"<details{' open' * unfolded}><summary>Vis {number}</summary>{pairs}</details>"


def _pair(one: Difference, change: PageChange) -> str:
    sides = []
    for side, number, picture in zip(_SIDES, change.numbers, change.pictures, strict=True):
        caption = f"Side {number} {side}" if number else side.capitalize()
        description = (
            f"{one.municipality}: {one.title}, side {number} {side} endringen" if number else "Ingen slik side."
        )
        sides.append(sheet(picture, caption, description, change.regions))
    return f'<div class="pair">{"".join(sides)}</div>'


def _anchor(one: Difference) -> str:
    return "-".join(part for part in (one.package, one.slug, one.language, one.document, one.how) if part)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _date(date: datetime.date) -> str:
    return f"{date.day}.{date.month}.{date.year}"
