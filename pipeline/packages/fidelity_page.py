"""The page that shows how two engines made the same documents, in Norwegian, the worst first."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape

from pipeline.packages.fidelity import Comparison, PagePair
from pipeline.packages.html_page import message, page, sheet, table

_TITLE = "Hvor like PDF-ene er"
_LANGUAGES = {"nb": "bokmål", "nn": "nynorsk"}
_ENGINES = ("Innebygd motor", "LibreOffice")
_WORDS = 60
"""How many words are listed."""
_UNFOLDED = 3
"""How many documents have their pictures shown before the reader asks."""

_HOW_TO_READ = (
    "Under «Bildet» står andelen av sidens bildepunkter som ikke har sitt like i det andre bildet, på den siden som er "
    "mest ulik. Noen få prosent betyr som regel at linjer står litt høyere eller lavere. En side som mangler, teller "
    "100\u00a0%."
)


def fidelity_page(comparisons: Sequence[Comparison], engines: tuple[str, str], date: datetime.date) -> str:
    """The comparisons as one HTML page, in their order; `engines` are names and versions, the embedded one first."""
    introduction = (
        f"Hvert dokument er laget med {engines[0]}, som pakkene lages med, og med {engines[1]} som fasit, med "
        f"dokumentdato {date.day}.{date.month}.{date.year}. De dårligste står først. Skjemaer er ikke med; de fylles "
        "ut og konverteres ikke."
    )
    body = [
        f"<h1>{_TITLE}</h1>",
        f"<p>{escape(introduction)}</p>",
        "<h2>Kort fortalt</h2>",
        _summary(comparisons),
        f"<p>{_HOW_TO_READ}</p>",
        "<h2>Dokument for dokument</h2>",
        *(_document(one, unfolded=number < _UNFOLDED) for number, one in enumerate(comparisons)),
    ]
    return page(_TITLE, "nb", "\n".join(body))


def _summary(comparisons: Sequence[Comparison]) -> str:
    if not comparisons:
        return message("Det er ingen dokumenter å sammenligne.", good=True)
    rows = [
        (
            escape(one.municipality),
            f'<a href="#{_anchor(one)}">{escape(_title(one))}</a>',
            _pages(one),
            _word_count(one),
            _percent(one.worst) if one.pages else "–",
        )
        for one in comparisons
    ]
    headers = ("Kommune", "Dokument", "Sider", "Ord", "Bildet")
    return table("Den innebygde motoren mot LibreOffice", headers, rows)


def _document(one: Comparison, *, unfolded: bool) -> str:
    heading = f"<h3>{escape(one.municipality)}: {escape(_title(one))}</h3>"
    parts = [f'<section class="card" id="{_anchor(one)}">', heading]
    if one.error:
        first, *rest = one.error.splitlines()
        parts += ["<p>Dokumentet kan ikke sammenlignes.</p>", message(first, [line.strip() for line in rest])]
    else:
        parts.append(f"<p>{_said(one)}</p>")
        parts += [_words("Ord som mangler i den innebygde motorens PDF", one.lost)] if one.lost else []
        parts += [_words("Ord som bare den innebygde motorens PDF har", one.added)] if one.added else []
        number = "1 side" if len(one.pages) == 1 else f"{len(one.pages)} sider"
        pairs = "".join(_pair(one, pair) for pair in one.pages)
        parts.append(f"<details{' open' * unfolded}><summary>Vis {number}</summary>{pairs}</details>")
    return "\n".join([*parts, "</section>"])


def _said(one: Comparison) -> str:
    words = "Ordene er de samme." if not one.lost and not one.added else "Ordene er ikke de samme."
    ours, theirs = one.counts
    pages = f"Begge har {_number(ours)}." if ours == theirs else f"{_number(ours)} mot {theirs} i LibreOffice."
    return f"{words} {pages} Den siden som er mest ulik, skiller seg i {_percent(one.worst)} av bildet."


def _words(label: str, words: Sequence[str]) -> str:
    shown = ", ".join(escape(word) for word in words[:_WORDS])
    more = f" og {len(words) - _WORDS} til" if len(words) > _WORDS else ""
    return f"<h4>{label}</h4><p>{shown}{more}</p>"


def _pair(one: Comparison, pair: PagePair) -> str:
    sheets = []
    for engine, picture in zip(_ENGINES, pair.pictures, strict=True):
        caption = f"{engine}, side {pair.number}"
        description = f"{one.municipality}: {one.title}, {caption}" if picture else "Ingen slik side."
        sheets.append(sheet(picture, caption, description))
    return f'<h4>Side {pair.number}: {_percent(pair.share)} ulikt</h4><div class="pair">{"".join(sheets)}</div>'


def _word_count(one: Comparison) -> str:
    if not one.pages:
        return "–"
    return f"{len(one.lost)} tapt, {len(one.added)} for mye" if one.lost or one.added else "like"


def _pages(one: Comparison) -> str:
    ours, theirs = one.counts
    if not one.pages:
        return "ingen PDF"
    return str(ours) if ours == theirs else f"{ours} mot {theirs}"


def _title(one: Comparison) -> str:
    return f"{one.title} ({_LANGUAGES[one.language]})"


def _anchor(one: Comparison) -> str:
    return f"{one.slug}-{one.language}-{one.document}"


def _number(pages: int) -> str:
    return "1 side" if pages == 1 else f"{pages} sider"


def _percent(share: float) -> str:
    return f"{share:.1%}".replace(".", ",").replace("%", "\u00a0%")
