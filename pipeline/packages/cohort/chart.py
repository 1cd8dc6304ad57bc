"""The counts and the chart of a cohort: how many are ready, lack facts or failed, in all and by county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from pipeline.packages.cohort.entry import Entry, alphabetical
from pipeline.packages.html_page import table
from pipeline.packages.outcome import State

STATES: dict[State, str] = {"complete": "Klar", "incomplete": "Mangler opplysninger", "failed": "Feilet"}
"""What the coordinator calls each state."""
NO_COUNTY = "Ukjent fylke"
_PATTERNS = """<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="complete" width="8" height="8" patternUnits="userSpaceOnUse">
<path fill="#2e7d4f" d="M0 0h8v8H0z"/></pattern>
<pattern id="incomplete" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<path fill="#f6c667" d="M0 0h8v8H0z"/><path fill="#8a5a00" d="M0 0h2v8H0z"/></pattern>
<pattern id="failed" width="6" height="6" patternUnits="userSpaceOnUse"><path fill="#b3261e" d="M0 0h6v6H0z"/>
<circle cx="3" cy="3" r="1.2" fill="#fff"/></pattern></defs></svg>"""
"""So that the states differ in more than colour."""


def chart(entries: Iterable[Entry]) -> str:
    """A bar of all municipalities with its legend, then a table of the same numbers and a bar for each county."""
    counted = [(entry.county or NO_COUNTY, entry.outcome.state) for entry in entries]
    total = Counter(state for _, state in counted)
    legend = "".join(
        f'<li><svg class="key" aria-hidden="true" focusable="false"><rect width="100%" height="100%" '
        f'fill="url(#{state})"/></svg> {word}: <b>{number(total[state])}</b></li>'
        for state, word in STATES.items()
    )
    headers = ("Fylke", *STATES.values(), "I alt", "Fordeling")
    rows = [_row("Hele kohorten", total), *_counties(counted)]
    return (
        f'{_PATTERNS}<div class="chart">{_bar(total)}<ul class="legend">{legend}</ul></div>\n'
        f'<details class="counties"><summary>Fordelt på fylker</summary>\n'
        f"{table('Kommuner etter fylke og status', headers, rows)}</details>"
    )


def number(value: int) -> str:
    """A number with Norwegian thousands: 2 499."""
    return f"{value:,}".replace(",", "\u00a0")


def _counties(counted: list[tuple[str, State]]) -> Iterator[tuple[str, ...]]:
    for county in sorted({county for county, _ in counted}, key=alphabetical):
        yield _row(county, Counter(state for other, state in counted if other == county))


def _row(name: str, counts: Mapping[State, int]) -> tuple[str, ...]:
    shown = [number(counts.get(state, 0)) for state in STATES]
    return escape(name), *shown, number(sum(counts.values())), _bar(counts)


def _bar(counts: Mapping[State, int]) -> str:
    """A stacked bar whose description tells its numbers."""
    total, left, parts = sum(counts.values()), 0.0, ""
    for state in STATES:
        share = 100 * counts.get(state, 0) / total if total else 0.0
        parts += f'<rect x="{left:.3f}%" width="{share:.3f}%" height="100%" fill="url(#{state})"/>' if share else ""
        left += share
    told = ", ".join(f"{word.lower()}: {number(counts.get(state, 0))}" for state, word in STATES.items())
    return f'<svg class="bar" role="img" aria-label="{told[:1].upper()}{told[1:]}">{parts}</svg>'
