"""Makes the page of every name a template may use: type, example, origin, and the documents it stands in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from pipeline.data.analysis import AnalysisBasis
from pipeline.data.programme import PriceList
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.economy import analysis, assumptions_of, costs_by_payee
from pipeline.templating.name_types import (
    ENTRY,
    fields,
    in_words,
    may_be_absent,
    parts,
    plain,
    present,
    type_at,
    values_at,
)
from pipeline.templating.names import Edition, Names, facts
from pipeline.templating.table_rows import table_rows
from pipeline.templating.used_names import used_names

_REGISTER = "the register"
_MUNICIPALITY = "municipalities/<slug>.toml"
_ASSUMPTIONS = f"programme/analysis.toml; `{_MUNICIPALITY} [analysis]` may state it"
_CALCULATED = "calculated"
_LONGEST_EXAMPLE = 60
_OPENING = """# Names a template may use

Every name there is. What stands before the first dot or bracket is the group that `needs` in document.toml names;
`services[]` is any one entry of a list. Examples are those of {municipality}. A name that may be absent needs an
`if` around it, or its full name in `needs`.
"""
_HEAD = "| name | type | example | comes from | used in |\n| --- | --- | --- | --- | --- |"


@dataclass(frozen=True)
class Field:
    """A name with what an author wants to know of it."""

    name: str
    kind: str
    absent: bool
    """Whether a municipality may be without it."""
    example: str
    origin: str


def fields_page(edition: Edition, documents: list[DocumentTemplate], runs: Sequence[Names] = ()) -> str:
    """The page in Markdown, a section for each group; `runs` are examples of the names that only a run has.

    A name that one of the runs has as None may be absent. Raises as `used_names` does.
    """
    used: dict[str, list[str]] = {}
    for document in documents:
        for name in dict.fromkeys(use.name for use in used_names(document)):
            used.setdefault(name, []).append(document.name)
    page = [_OPENING.format(municipality=edition.municipality.entry.name)]
    for field in all_fields(edition, documents, runs):
        if len(parts(field.name)) == 1:
            page += [f"\n## {field.name}\n", _HEAD]
        kind = f"{field.kind}, may be absent" if field.absent else field.kind
        cells = (f"`{field.name}`", kind, field.example, field.origin, ", ".join(used.get(field.name, [])))
        page.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(page) + "\n"


def all_fields(edition: Edition, documents: list[DocumentTemplate], runs: Sequence[Names] = ()) -> list[Field]:
    """Every name, groups and lists too, those of the facts first, then the documents' tables and the run's."""
    tables = {
        document.declaration.table.name: _table(document, edition.language)
        for document in documents
        if document.declaration.table
    }
    every = _with_every_price(edition)
    samples = [{**facts(edition), **tables, **run} for run in runs or ({},)] + [facts(every)]
    sources = [*_sources(every), ("the CSV table of the document", tables), ("the run", runs[0] if runs else {})]
    names = [name for root in samples[0] for name in _names_below(root, samples, sources)]
    return [_field(name, samples, sources) for name in names]


Sources = list[tuple[str, Any]]
"""Where facts come from, as people call it, with what holds them as `facts` arranges it; the first that fits counts."""


def _with_every_price(edition: Edition) -> Edition:
    """The edition as if every condition of a price were met, so that no name is missing."""

    def unconditional(prices: PriceList) -> PriceList:
        lines = [line.model_copy(update={"include_when": None}) for line in prices.lines]
        return prices.model_copy(update={"lines": lines})

    lists = tuple(map(unconditional, edition.programme.price_lists))
    return replace(edition, programme=replace(edition.programme, price_lists=lists))


def _sources(edition: Edition) -> Sources:
    municipality, programme = edition.municipality, edition.programme
    prices, basis = programme.prices(edition.date), programme.analysis(edition.date)
    lines = {
        payee: {
            "lines": [
                {**vars(line), "title": line.title.in_language(edition.language)}
                for line in prices.lines
                if line.payee == payee
            ]
        }
        for payee in programme.payees
    }
    reckoned = costs_by_payee(prices, programme, municipality.population)
    system = programme.record_systems[municipality.facts.record_system.supplier]
    return [
        (_MUNICIPALITY, municipality.facts),
        (_REGISTER, {"municipality": municipality.entry}),
        (_REGISTER, {"municipality": municipality}),
        ("programme/parties.toml", {"parties": programme.parties, "record_system": system}),
        ("programme/prices.toml", {"prices": prices, "costs": lines}),
        (_ASSUMPTIONS, {"analysis": {"assumptions": assumptions_of(municipality, basis)}}),
        ("programme/analysis.toml", {"analysis": _stated(basis, edition.language)}),
        (_CALCULATED, {"costs": reckoned, "analysis": analysis(municipality, basis, reckoned, edition.language)}),
    ]


def _stated(basis: AnalysisBasis, language: str) -> Names:
    """What analysis.toml itself says of the names below `analysis`."""
    titles = [{"title": title.in_language(language)} for _, title in basis.effects]
    cases = [{"id": case.id, "title": case.title.in_language(language)} for case in basis.sensitivity]
    ramp_up = [{"percent": percent} for percent in basis.ramp_up]
    return {**dict(basis), "ramp_up": ramp_up, "effects": titles, "sensitivity": cases}


def _table(document: DocumentTemplate, language: str) -> list[dict[str, str]]:
    header, *rows = table_rows(document.table(language))
    return [dict(zip(header.cells, row.cells, strict=False)) for row in rows]


def _names_below(name: str, samples: list[Names], sources: Sources) -> Iterator[str]:
    """The name and every name below it, of an absent or empty value those that its model knows."""
    yield name
    steps = parts(name)
    listed = any(isinstance(one, list) for one in _values(samples, steps))
    inner = [*steps, ENTRY] if listed else steps
    below = [key for one in _values(samples, inner) if isinstance(one, dict) for key in one]
    if not below:
        declared = (present(type_at(holder, inner)) for _, holder in sources)
        models = [one for one in declared if isinstance(one, type) and issubclass(one, BaseModel)]
        below = [key for model in models[:1] for key in fields(model)]
    for key in dict.fromkeys(below):
        yield from _names_below(f"{name}{ENTRY if listed else ''}.{key}", samples, sources)


def _field(name: str, samples: list[Names], sources: Sources) -> Field:
    steps, values = parts(name), _values(samples, parts(name))
    here = _values(samples[:1], steps) or values
    fitting = [(origin, holder) for origin, holder in sources if _holds(holder, steps, here)]
    if not any(one is not None for one in values) and not fitting:
        fitting = [(origin, holder) for origin, holder in sources if type_at(holder, steps) is not None]
    declared = [one for _, holder in (*fitting, *sources) if (one := type_at(holder, steps)) is not None]
    example = next((one for one in values if one is not None), None)
    kind = declared[0] if declared else type(example)
    absent = may_be_absent(kind) or (None in values and not any(may_be_absent(one) for one in declared))
    words = in_words(kind)
    origin = "" if words == "group" else _origin(fitting, name, sources)
    return Field(name, words, absent, _example(example), origin)


def _values(samples: list[Names], steps: list[str]) -> list[Any]:
    return [value for sample in samples for value in values_at(sample, steps) or []]


def _holds(holder: Any, steps: list[str], values: list[Any]) -> bool:
    """Whether a source has the same values at the name; a dict that is merely named so is none."""
    found = values_at(holder, steps)
    return found is not None and [plain(one) for one in found] == values


def _origin(fitting: Sources, name: str, sources: Sources) -> str:
    """Where a name comes from, for a municipality's file with the table that states it."""
    origin = fitting[0][0] if fitting else _CALCULATED
    group, _, _ = name.rpartition(".")
    table = f"[{group}]" if group and not group.endswith(ENTRY) else f"[[{(group or name).removesuffix(ENTRY)}]]"
    in_file = f"`{_MUNICIPALITY} {table}`"
    if origin == _MUNICIPALITY:
        return in_file
    stated = any(source == _MUNICIPALITY and type_at(holder, parts(name)) is not None for source, holder in sources)
    return f"{origin}; {in_file} may state it" if origin == _REGISTER and stated else origin


def _example(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = value.isoformat() if isinstance(value, datetime.date) else " ".join(str(value).split())
    short = text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE].rstrip()}…"
    return short.replace("<", "&lt;")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
