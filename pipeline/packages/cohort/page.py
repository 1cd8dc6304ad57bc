"""The page of a cohort run for its coordinator: every municipality with its state, its papers and what it lacks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from pipeline.data.givers import Givers
from pipeline.data.programme import Programme
from pipeline.packages.cohort.chart import NO_COUNTY, STATES, chart, number
from pipeline.packages.cohort.details import count, details
from pipeline.packages.cohort.entry import Entry, alphabetical, read_entry
from pipeline.packages.html_page import page
from pipeline.packages.ledger.status import Standing
from pipeline.packages.outcome import Outcome, State

_STYLE, _SCRIPT = (Path(__file__).with_name(f"page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
_COLUMNS = ("Kommune", "Fylke", "Status", "Mangler eller feil", "Journalsystem")
NO_SYSTEM = "Ukjent system"
_ORDER: tuple[State, ...] = ("failed", "incomplete", "complete")
"""What needs the coordinator first comes first."""


@dataclass(frozen=True)
class Sources:
    """Where the page finds what an outcome does not tell."""

    municipalities: Path
    programme: Programme
    givers: Givers
    pictures: Path
    """The folder where small pictures are kept from run to run."""
    standings: Sequence[Standing] = ()
    """How far each document is that somebody signs."""


def cohort_page(title: str, outcomes: Sequence[Outcome], sources: Sources) -> str:
    """A page for output/cohorts/<name>/index.html that needs nothing else; its links lead to output/<folder>/.

    The same outcomes and packages give the same page. What is wrong with a municipality's file, packing list or PDF is
    told in its place and keeps no other from being shown. Raises OSError where the pictures cannot be kept.
    """
    products = {key: product.name for key, product in sources.programme.record_systems.items()}
    standings: dict[str, dict[str, Standing]] = defaultdict(dict)
    for one in sources.standings:
        standings[one.issue.municipality][one.issue.sha256] = one
    read = [read_entry(outcome, sources.municipalities, products) for outcome in outcomes]
    entries = [replace(entry, standings=standings[entry.outcome.slug]) for entry in read]
    entries.sort(key=lambda entry: (alphabetical(entry.name), entry.outcome.slug))
    counties, systems = (sorted({of(entry) for entry in entries}, key=alphabetical) for of in (_county, _system))
    parts = (
        f"<h1>{escape(title)}</h1>",
        *_lead(entries),
        chart(entries),
        "<h2>Kommunene</h2>",
        _filters(counties, systems),
        _table(entries, counties, systems, sources),
    )
    return page(title, "nb", "\n".join(parts), _STYLE, _SCRIPT)


def _lead(entries: Sequence[Entry]) -> Iterable[str]:
    states = [entry.outcome.state for entry in entries]
    ready = states.count("complete")
    yield f"<p>{number(ready)} av {count(len(entries), 'kommune', 'kommuner')} har pakken sin klar.</p>"
    made, documents = (sum(getattr(entry.outcome, name) for entry in entries) for name in ("made", "documents"))
    if documents:
        yield f"<p>De ferdige pakkene har {number(documents)} dokumenter. {_of_this_run(made, documents)}</p>"
    if told := _signed(entries):
        yield f"<p>{told}</p>"


def _signed(entries: Sequence[Entry]) -> str:
    """How far the documents are that somebody signs; empty while none was sent."""
    papers = [(entry, paper) for entry in entries if entry.packed for paper in entry.packed.signable]
    known = [entry.standings.get(paper.files[0].sha256) for entry, paper in papers]
    states = Counter(one.state for one in known if one)
    if not papers or states.total() == states["issued"]:
        return ""
    sent, returned, verified = (number(states[state]) for state in ("sent", "returned", "verified"))
    return (
        f"Av {count(len(papers), 'dokument', 'dokumenter')} til underskrift er {sent} sendt og ikke kommet tilbake, "
        f"{returned} kommet tilbake uten å være bevist, og {verified} kommet tilbake og bevist."
    )


def _of_this_run(made: int, documents: int) -> str:
    if made == documents:
        return "Alle ble laget i denne kjøringen."
    if not made:
        return "Alle lå der fra før og er uendret."
    return f"Kjøringen laget {number(made)} av dem; resten lå der fra før og er uendret."


def _filters(counties: Sequence[str], systems: Sequence[str]) -> str:
    """The controls, which the script shows: without it they could do nothing."""
    choices = (
        _choice("state", "Status", [(state, STATES[state]) for state in _ORDER]),
        _choice("county", "Fylke", [(one, one) for one in counties]),
        _choice("system", "Journalsystem", [(one, one) for one in systems]),
    )
    return (
        '<div id="filters" role="search" aria-label="Kommunene" hidden>\n'
        '<p><label for="words">Søk</label><input id="words" type="search" autocomplete="off"></p>\n'
        + "\n".join(choices)
        + '\n<p class="buttons"><button type="button" id="reset">Vis alle kommuner</button> '
        '<button type="button" id="open">Åpne alle viste</button> '
        '<button type="button" id="close">Lukk alle</button></p>\n'
        '</div>\n<p id="shown" role="status"></p>'
    )


def _choice(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{escape(value)}">{escape(word)}</option>' for value, word in options)
    return (
        f'<p><label for="{name}">{label}</label><select id="{name}"><option value="">Alle</option>{listed}</select></p>'
    )


def _table(entries: Sequence[Entry], counties: Sequence[str], systems: Sequence[str], sources: Sources) -> str:
    head = "".join(f'<th scope="col" role="columnheader">{word}</th>' for word in _COLUMNS)
    groups = []
    for position, entry in enumerate(entries):
        outcome = entry.outcome
        lacks = 10_000 * len(outcome.missing) + _faults(entry)
        ranks = (
            position,
            counties.index(_county(entry)),
            _ORDER.index(outcome.state),
            lacks,
            systems.index(_system(entry)),
        )
        groups.append(_group(entry, ranks) + details(entry, sources.givers, sources.pictures) + "</td></tr></tbody>")
    return (
        '<table id="municipalities" role="table"><caption>Kommunene i kohorten</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n' + "\n".join(groups) + "\n</table>"
    )


def _group(entry: Entry, ranks: Iterable[int]) -> str:
    """A municipality's row of facts and the beginning of the one that opens.

    What the script needs stands beside: the rank in each column, what the filters ask for, and the words to search in.
    """
    outcome, faults = entry.outcome, _faults(entry)
    lacks = [count(len(outcome.missing), "opplysning", "opplysninger")] if outcome.missing else []
    lacks += [count(faults, "feil", "feil")] if faults else []
    state = f'<span class="state {outcome.state}">{STATES[outcome.state]}</span>'
    cells = (escape(_county(entry)), state, ", ".join(lacks) or "ingenting", escape(_system(entry)))
    number_ = f' <span class="quiet">{entry.register.number}</span>' if entry.register else ""
    return (
        f'<tbody role="rowgroup" id="m-{escape(outcome.slug)}" data-ranks="{" ".join(map(str, ranks))}" '
        f'data-state="{outcome.state}" data-county="{escape(_county(entry))}" data-system="{escape(_system(entry))}" '
        f'data-words="{escape(_words(entry))}">\n'
        f'<tr role="row"><th scope="rowgroup" role="rowheader">{escape(entry.name)}{number_}</th>'
        + "".join(f'<td role="cell">{cell}</td>' for cell in cells)
        + f'</tr>\n<tr role="row" class="more"><td role="cell" colspan="{len(_COLUMNS)}">'
    )


def _words(entry: Entry) -> str:
    also = [entry.register.number, entry.register.name] if entry.register else []
    places = [problem.place for problem in entry.outcome.missing]
    return " ".join((entry.name, entry.outcome.slug, *also, _county(entry), _system(entry), *places))


def _faults(entry: Entry) -> int:
    """How many faults there are besides missing facts; a failure without places is one."""
    return len(entry.others) or int(entry.outcome.state == "failed" and not entry.outcome.missing)


def _county(entry: Entry) -> str:
    return entry.county or NO_COUNTY


def _system(entry: Entry) -> str:
    return entry.record_system or NO_SYSTEM
