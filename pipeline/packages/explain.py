"""A page that explains one finished paper: over each value on its picture, where the value comes from."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from pipeline.documents.pdf_text import PdfText, Rectangle, open_shown
from pipeline.documents.provenance import BoundValue
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.packages.contents import PackedDocument
from pipeline.packages.explain_words import WORDS, Words
from pipeline.packages.html_page import page, table

_SCALE = 2.0
"""Pixels to the point: sharp enough on a telephone that magnifies."""
_ROOM = 1.5
"""Points around the text of a value."""
_LONGEST = 160
"""So many characters of a value are quoted; all of it stands on the page."""
_STYLE = """
.paper { position: relative; border: 1px solid var(--line); background: #fff; line-height: 0; margin: 0 0 2rem; }
.paper img { width: 100%; height: auto; }
.paper a { color: inherit; text-decoration: none; }
.paper a:focus { outline: none; }
.spot { position: absolute; border-radius: 2px; background: rgb(11 83 148 / 9%); border-bottom: 2px solid #0b539480; }
.paper a:hover .spot, .paper a:focus .spot { background: rgb(11 83 148 / 20%); outline: 2px solid var(--blue); }
.paper a:target .spot { background: rgb(250 204 21 / 38%); outline: 2px solid #a16207; }
.wrong .spot { background: rgb(179 38 30 / 14%); border-color: #b3261e; }
.tip { position: absolute; z-index: 2; display: none; width: max-content; max-width: min(22rem, 88%);
  padding: .6rem .75rem; background: #fff; border: 1px solid #9aa5b1; border-radius: .4rem;
  line-height: 1.4; font-size: .9rem; box-shadow: 0 4px 16px rgb(31 41 51 / 18%); overflow-wrap: anywhere;
  pointer-events: none; }
.paper a:hover .tip, .paper a:focus .tip { display: block; }
.paper a:hover { z-index: 3; }
.tip b { display: block; margin: 0 0 .3rem; }
.tip span { display: block; }
tr:has(:target) { background: #fef9c3; }
td { min-width: 9rem; overflow-wrap: anywhere; }
td:nth-child(3), td:nth-child(4) { min-width: 17rem; }
td:last-child { min-width: 4rem; }
tbody th { font-weight: 400; }
[id] { scroll-margin: 4rem 0; }
@media (max-width: 40rem) { .spot { border-bottom-width: 1px; } table { font-size: .9rem; } }
@media print { .tip { display: none !important; } }
"""


def explain_page(document: PackedDocument) -> str:
    """An HTML page in the document's language that needs nothing but itself: the pages, their values, a table of them.

    It fetches nothing and runs no script; each value is a link that the keyboard reaches, to its row in the table.
    """
    merged = document.final.merged
    words = WORDS[document.language]
    values = list(enumerate(document.values, start=1))
    wrong = sum(1 for one in document.values if one.problems)
    proof = words.fault.format(wrong=wrong, count=len(values)) if wrong else words.proof.format(count=len(values))
    papers = _papers(document.final, words, values)
    title = words.title.format(title=merged.title)
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(words.lead.format(municipality=merged.author))}</p>",
        f'<div class="{"problem" if wrong else "good"}"><p>{escape(proof)}</p></div>',
        *([f"<h2>{words.pages}</h2>", *papers] if papers else []),
        f"<h2>{words.table}</h2>",
        table(words.caption, words.headers, (_row(number, value, words) for number, value in values)),
    ]
    return page(title, document.language, "\n".join(body), _STYLE)


def _papers(final: Final, words: Words, values: list[tuple[int, BoundValue]]) -> list[str]:
    """The pages with their values; none of a workbook, whose cells the table names."""
    if isinstance(final, FinalWorkbook):
        return []
    with open_shown(final.pdf) as pdf:
        return [_Paper(pdf, number, words).html(values) for number in range(len(pdf))]


@dataclass(frozen=True)
class _Paper:
    """A page of the PDF with its values marked."""

    pdf: PdfText
    number: int
    words: Words

    def html(self, values: list[tuple[int, BoundValue]]) -> str:
        """The picture and over it a link for each value."""
        heading = self.words.page.format(number=self.number + 1, count=len(self.pdf))
        picture = base64.b64encode(self.pdf.picture(self.number, _SCALE)).decode()
        alternative = escape(self.words.picture.format(number=self.number + 1))
        width, height = (round(edge * _SCALE) for edge in self.pdf.sizes[self.number])
        links = "\n".join(self._links(values))
        return (
            f'<figure><figcaption>{escape(heading)}</figcaption><div class="paper">'
            f'<img alt="{alternative}" width="{width}" height="{height}" src="data:image/png;base64,{picture}">\n'
            f"{links}</div></figure>"
        )

    def _links(self, values: list[tuple[int, BoundValue]]) -> Iterator[str]:
        """Only where a value stands first can the keyboard reach it, so that a header is not passed on every page."""
        for number, value in values:
            here = [place for place in value.places if place.page == self.number]
            if here:
                first = value.places[0].page == self.number
                anchor = f'id="p{number}"' if first else 'tabindex="-1" aria-hidden="true"'
                wrong = ' class="wrong"' if value.problems else ""
                label = escape("; ".join(f"{name}: {text}" for name, text in _told(value, self.words)))
                spots = "".join(f'<span class="spot" style="{self._spot(place)}"></span>' for place in here)
                beside, tip = self._beside(here[-1]), _tip(value, self.words)
                spots += f'<span class="tip" aria-hidden="true" style="{beside}">{tip}</span>'
                yield f'<a {anchor}{wrong} href="#v{number}" aria-label="{label}">{spots}</a>'

    def _spot(self, place: Rectangle) -> str:
        width, height = self.pdf.sizes[self.number]
        return (
            f"left:{(place.left - _ROOM) / width:.2%};top:{(height - place.top - _ROOM) / height:.2%};"
            f"width:{(place.right - place.left + 2 * _ROOM) / width:.2%};"
            f"height:{(place.top - place.bottom + 2 * _ROOM) / height:.2%}"
        )

    def _beside(self, place: Rectangle) -> str:
        """Below the value, or above it in the lower part of the page, and within the page's width."""
        width, height = self.pdf.sizes[self.number]
        low, right = place.bottom < height / 3, place.left > width / 2
        down = f"bottom:{(place.top + 4) / height:.2%}" if low else f"top:{(height - place.bottom + 4) / height:.2%}"
        across = f"right:{max(0.02, 1 - place.right / width):.2%}" if right else f"left:{place.left / width:.2%}"
        return f"{down};{across}"


def _told(value: BoundValue, words: Words) -> list[tuple[str, str]]:
    """What the page says of a value: its text, the placeholder, the origin and what is wrong."""
    told = [
        (words.value, _quoted(value, words)),
        (words.placeholder, _placeholder(value)),
        (words.origin, _origin(value, words)),
    ]
    return told + [(words.problem, problem.what) for problem in value.problems]


def _tip(value: BoundValue, words: Words) -> str:
    (_, quoted), *rest = _told(value, words)
    return f"<b>{escape(quoted)}</b>" + "".join(f"<span>{escape(name)}: {escape(text)}</span>" for name, text in rest)


def _row(number: int, value: BoundValue, words: Words) -> list[str]:
    pages = sorted({place.page + 1 for place in value.places})
    back = f'<a id="v{number}" href="#p{number}" aria-label="{escape(words.back.format(number=number))}">{number}</a>'
    faults = "".join(
        f'<br><span lang="en">{escape(problem.what)} {escape(problem.todo)}</span>' for problem in value.problems
    )
    return [
        back if pages else f'<span id="v{number}">{number}</span>',
        escape(_quoted(value, words)) + faults,
        f"<code>{escape(_placeholder(value))}</code>",
        _placed_origin(value, words),
        _ranges(pages) or escape(words.nowhere),
    ]


def _ranges(pages: list[int]) -> str:
    """Pages in a row as the first and the last of them."""
    rows: list[list[int]] = []
    for number in pages:
        if rows and rows[-1][-1] == number - 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    return ", ".join(str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}" for row in rows)


def _quoted(value: BoundValue, words: Words) -> str:
    if value.value in words.ticks and value.field:
        return words.ticks[value.value]
    return value.value if len(value.value) <= _LONGEST else f"{value.value[:_LONGEST].rstrip()}…"


def _placeholder(value: BoundValue) -> str:
    return f"{value.field} = {value.placeholder.typed}" if value.field else value.placeholder.typed


def _origin(value: BoundValue, words: Words) -> str:
    """The file with its line, and who says it."""
    return ", ".join(filter(None, (value.origin.place, _said(value, words))))


def _placed_origin(value: BoundValue, words: Words) -> str:
    place = value.origin.place
    return (f"<code>{escape(place)}</code><br>" if place else "") + escape(_said(value, words))


def _said(value: BoundValue, words: Words) -> str:
    """Who says it, and of what it was worked out."""
    origin = value.origin
    detail = origin.what if origin.what != origin.key and origin.what not in value.placeholder.typed else ""
    return ": ".join(filter(None, (words.kinds[origin.kind], detail)))
