"""Puts the figures that a declaration names into the charts and the formulas of a merged Office file."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.data.toml_file import Key
from pipeline.errors import Problem, TemplateError
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.chart_data import Figures, with_figures
from pipeline.templating.data_names import UnknownNameError, resolve
from pipeline.templating.declaration import Chart, Results
from pipeline.templating.formula_results import FormulaResults, cells_of
from pipeline.templating.missing import Missing
from pipeline.templating.names import Names
from pipeline.templating.native_charts import NativeChart, charts_in
from pipeline.templating.office_archive import replaced, unpacked

_FEW = 6
_CHART_PART = b"/charts/chart"
"""A file without these letters has no chart, since a ZIP names its members uncompressed."""


@dataclass
class _Reckoning:
    """Works out what a declaration names, and notes what cannot be."""

    template: DocumentTemplate
    names: Names
    language: str
    problems: list[Problem] = field(default_factory=list)

    def value(self, expression: str, key: Key, names: Names | Missing | None = None) -> Any:
        """The value of a data name; None where there is none."""
        if isinstance(names, Missing):
            return names
        try:
            return resolve(expression, self.names if names is None else names, self.language)
        except UnknownNameError as error:
            self.note(key, str(error), "Use a name that there is.")
            return None

    def number(self, expression: str, key: Key, names: Names | Missing) -> Decimal | None:
        """A number of an entry, or none where it is missing; anything else is a problem."""
        value = self.value(expression, key, names)
        if isinstance(value, Missing):
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
        self.note(key, f"{expression} is not a number for every entry.", "Name a number.")
        return Decimal(0)

    def entries(self, expression: str, key: Key) -> list[Names | Missing]:
        """The entries of a list; of one that is missing, a single one."""
        found = self.value(expression, key)
        if isinstance(found, Missing):
            return list(found)
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return list(found)
        self.note(key, f"{expression} is not a list of entries with names.", "Name a list such as services.")
        return []

    def note(self, key: Key, what: str, todo: str) -> None:
        """A problem in document.toml."""
        self.problems.append(self.template.file.problem(key, what, todo))

    def require_whole(self, what: str) -> None:
        """Raises TemplateError with everything noted."""
        if self.problems:
            title = self.template.declaration.title.in_language(self.language)
            raise TemplateError(f"The {what} of {title} and its declaration do not agree.", problems=self.problems)


def with_charts(template: DocumentTemplate, office: bytes, names: Names, language: str, date: datetime.date) -> bytes:
    """The merged file with the declared figures in its charts. Raises TemplateError where both do not agree."""
    declared = template.declaration.charts
    if not declared and _CHART_PART not in office:
        return office
    members = unpacked(office)
    charts = charts_in(members)
    reckoning = _Reckoning(template, names, language)
    _require_same(reckoning, declared, charts)
    reckoning.require_whole("charts")
    changed: dict[str, bytes] = {}
    for position, chart in enumerate(declared):
        figures = _figures(reckoning, chart, ("charts", position))
        native = next(one for one in charts if one.name == chart.name)
        reckoning.require_whole("charts")
        changed[native.part], workbook = with_figures(members[native.part], figures, date)
        if native.workbook:
            changed[native.workbook] = workbook
    return replaced(office, changed) if changed else office


def _require_same(reckoning: _Reckoning, declared: list[Chart], charts: list[NativeChart]) -> None:
    """Every declared chart stands in the template once, and every chart of the template is declared."""
    drawn = [one.name for one in charts]
    for position, chart in enumerate(declared):
        if drawn.count(chart.name) != 1:
            what = f"is {chart.name!r}, which {drawn.count(chart.name)} charts of the template are called, not one."
            reckoning.note(("charts", position, "name"), what, "Name the chart so in Office's selection pane.")
    for name in dict.fromkeys(drawn):
        if name not in {chart.name for chart in declared}:
            what = f"says nothing of the template's chart {name!r}, so every municipality would get the same figures."
            reckoning.note(("charts",), what, "Declare its figures under [[charts]].")


def _figures(reckoning: _Reckoning, chart: Chart, key: Key) -> Figures:
    entries = reckoning.entries(chart.list, (*key, "list"))
    if not entries:
        what = f"{chart.list} has no entries, so the chart shows nothing."
        reckoning.note((*key, "list"), what, "Name another list.")
    labels = [reckoning.value(chart.category, (*key, "category"), entry) for entry in entries]
    series = [
        (
            one.name.in_language(reckoning.language),
            tuple(reckoning.number(one.value, (*key, "series", position, "value"), entry) for entry in entries),
        )
        for position, one in enumerate(chart.series)
    ]
    if entries and all(number is None for _, numbers in series for number in numbers):
        lacking = reckoning.value(chart.series[0].value, (*key, "series", 0, "value"), entries[0])
        return Figures((str(lacking),), tuple((name, (None,)) for name, _ in series))
    return Figures(tuple(_labels(labels)), tuple(series))


def _labels(values: list[Any]) -> Iterator[str]:
    """What stands at each category; a sign alone for what is missing where there are many."""
    for value in values:
        short = value.shortened() if isinstance(value, Missing) else value
        yield "?" if short is not value and len(values) > _FEW else str(short)


def with_results(template: DocumentTemplate, workbook: bytes, names: Names, language: str) -> bytes:
    """The merged workbook, in which every formula shows what the pipeline reckons that it comes to.

    A program that does not calculate, such as a preview, shows these results; Excel works them out anew. Raises
    TemplateError where a formula has no result, or a result no formula.
    """
    reckoning = _Reckoning(template, names, language)
    formulas = FormulaResults(template.template(language), workbook)
    for position, results in enumerate(template.declaration.results):
        key = ("results", position)
        for cell, value in _results(reckoning, results, key):
            if not formulas.put(results.sheet, cell, value):
                what = f"names {cell} of sheet {results.sheet}, where no formula stands."
                reckoning.note((*key, "cells"), what, "Correct the cells, or write the formula.")
    reckoning.problems.extend(formulas.without_result())
    reckoning.require_whole("formulas")
    return formulas.workbook()


def _results(reckoning: _Reckoning, results: Results, key: Key) -> Iterator[tuple[str, Any]]:
    """Each cell with what its formula comes to."""
    cells = cells_of(results.cells)
    if results.list is None:
        value = reckoning.value(results.value, (*key, "value"))
        yield from ((cell, value) for cell in cells)
        return
    entries = reckoning.entries(results.list, (*key, "list"))
    if any(isinstance(entry, Missing) for entry in entries):
        yield from ((cell, entries[0]) for cell in cells)
        return
    if len(entries) != len(cells):
        what = f"are {len(cells)} cells, but {results.list} has {len(entries)} entries."
        reckoning.note((*key, "cells"), what, "Name as many cells as there are entries.")
    for cell, entry in zip(cells, entries, strict=False):
        yield cell, reckoning.value(results.value, (*key, "value"), entry)
