"""The frame of an HTML page that needs nothing but itself: style, escaping, tables and pictures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
:root { color-scheme: light; --ink: #1f2933; --quiet: #52606d; --line: #d5dbe1; --ground: #f6f7f8; --blue: #0b5394; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.08rem; margin: 0 0 .5rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
p, ul { margin: 0 0 .75rem; max-width: 44rem; }
a { color: var(--blue); }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
section.card { background: #fff; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.scroll { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; background: #fff; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border: 1px solid var(--line); }
td { overflow-wrap: anywhere; hyphens: auto; }
td:nth-child(2), td:nth-child(3):last-child { min-width: 7.5rem; }
th { background: #eef1f4; font-weight: 600; }
caption { text-align: left; color: var(--quiet); padding: 0 0 .4rem; }
del { background: #fde2e1; color: #7d1512; text-decoration: line-through; padding: 0 .1em; }
ins { background: #d9f2dd; color: #14532d; text-decoration: underline; padding: 0 .1em; }
.quiet { color: var(--quiet); }
.problem { border-left: 4px solid #b3261e; background: #fdf3f2; padding: .6rem .8rem; margin: 0 0 .75rem; }
.problem p, .problem ul { margin: 0; overflow-wrap: anywhere; }
.good { border-left: 4px solid #2e7d4f; background: #f1f8f3; padding: .6rem .8rem; margin: 0 0 .75rem; }
.good p { margin: 0; }
details { margin: 0 0 .5rem; }
summary { cursor: pointer; color: var(--blue); padding: .35rem 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin: .5rem 0 1.5rem; }
figure { margin: 0; }
figcaption { color: var(--quiet); font-size: .9rem; margin: 0 0 .25rem; }
.sheet { position: relative; border: 1px solid var(--line); background: #fff; line-height: 0; }
.sheet img { width: 100%; height: auto; }
.sheet span { position: absolute; border: 2px solid #c2410c; background: rgb(234 88 12 / 14%); border-radius: 2px; }
.none { border: 1px dashed var(--line); padding: 1rem; color: var(--quiet); }
@media (max-width: 40rem) {
  main { padding: 1rem .75rem 3rem; }
  section.card { padding: .75rem; }
  .pair { gap: .4rem; }
  table { font-size: .85rem; }
  th, td { padding: .3rem .35rem; }
}
@media print { body, section.card { background: #fff; } details:not([open]) { display: none; } }
"""


@dataclass(frozen=True)
class Box:
    """A part of a page to be marked: edges as shares of its width and height, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def page(title: str, language: str, body: str, style: str = "", script: str = "") -> str:
    """A whole page that fetches nothing. `title` is text, `body` is HTML and begins with the h1, `style` is added.

    `script` is the only one that the page allows, told by its hash (Content Security Policy Level 3, 2.3.1).
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"; script-src 'sha256-{digest}'" if script else ""
    scripted = f"<script>{script}</script>\n" if script else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        f"style-src 'unsafe-inline'{allowed}\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{scripted}</body>\n</html>\n"
    )


def table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are HTML; `caption` and `headers` are text, and the first cell heads its row."""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def sheet(png: bytes | None, caption: str, description: str, boxes: Iterable[Box] = ()) -> str:
    """A page's picture with a caption and marks on it; without a picture, only what `description` says."""
    if png is None:
        return f'<figure><figcaption>{escape(caption)}</figcaption><p class="none">{escape(description)}</p></figure>'
    marks = "".join(
        f'<span style="left:{box.left:.2%};top:{box.top:.2%};width:{box.right - box.left:.2%};'
        f'height:{box.bottom - box.top:.2%}"></span>'
        for box in boxes
    )
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return (
        f'<figure><figcaption>{escape(caption)}</figcaption><div class="sheet">'
        f'<img alt="{escape(description)}" src="{source}">{marks}</div></figure>'
    )


def message(text: str, details: Iterable[str] = (), *, good: bool = False) -> str:
    """What the pipeline said, which it says in English, as a marked block."""
    listed = "".join(f"<li>{escape(one)}</li>" for one in details)
    items = f"<ul>{listed}</ul>" if listed else ""
    if good:
        return f'<div class="good"><p>{escape(text)}</p>{items}</div>'
    return f'<div class="problem" lang="en"><p>{escape(text)}</p>{items}</div>'
