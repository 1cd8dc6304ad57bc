"""The door to reportlab's charts: draws columns, bars and lines much as Office would, in a font of ours."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from pipeline.documents.chart_reading import ShownChart, ShownSeries
from pipeline.templating.filters import filters

_INK, _GRID = HexColor("#1F2A37"), HexColor("#B8C7D1")
_LINE_HEIGHT = 1.5
_GENERAL = "General"
_SHORT = Decimal("0.01")
_WIDE, _NARROW = "\u00a0", "\u202f"
"""Our font has the narrow no-break space only."""
_DECIMALS = re.compile(r"\.(0+)")
_QUOTED = re.compile(r'"([^"]*)"')
_CHARTS = {"columns": VerticalBarChart, "bars": HorizontalBarChart, "line": HorizontalLineChart}


def draw_chart(chart: ShownChart, width: float, height: float, font: Path) -> bytes:
    """The chart as a PDF of one page, sized in points; the same bytes for the same input."""
    style = _Style(_registered(font), chart.points, _labeller(chart.number_format))
    drawing = Drawing(width, height)
    top = _head(drawing, chart, style)
    bottom = _foot(drawing, chart, style)
    if chart.categories and chart.series and all(value is None for one in chart.series for value in one.values):
        drawing.add(style.string(width / 2, (bottom + top) / 2, chart.categories[0], "middle"))
    elif chart.categories and chart.series:
        drawing.add(_plot(chart, style, width, (bottom, top)))
    target = io.BytesIO()
    renderPDF.drawToFile(drawing, target, invariant=1)
    return target.getvalue()


@dataclass(frozen=True)
class _Style:
    face: str
    size: float
    number: Callable[[float], str]

    def width(self, text: str) -> float:
        return float(pdfmetrics.stringWidth(text, self.face, self.size))

    def string(self, x: float, y: float, text: str, anchor: Literal["start", "middle"] = "start") -> String:
        return String(x, y, text, fontName=self.face, fontSize=self.size, fillColor=_INK, textAnchor=anchor)


@lru_cache
def _registered(font: Path) -> str:
    name = f"chart-{font.stem}"
    pdfmetrics.registerFont(TTFont(name, str(font)))
    return name


def _labeller(code: str) -> Callable[[float], str]:
    """How a number format such as #,##0 or 0.0 % prints a figure."""
    percent = "%" in code
    found = _DECIMALS.search(code)
    places = Decimal(1).scaleb(-len(found[1])) if found else None
    unit = "".join(_QUOTED.findall(code))
    write = filters("nb")["percent" if percent else "number"]

    def label(value: float) -> str:
        exact = Decimal(str(value)) * (100 if percent else 1)
        rounded = exact.quantize(places or Decimal(1)) if code != _GENERAL else exact.quantize(_SHORT)
        return f"{write(rounded.normalize() + 0)}{unit}".replace(_WIDE, _NARROW)

    return label


def _plot(chart: ShownChart, style: _Style, width: float, span: tuple[float, float]) -> Any:
    """Axes and bars or lines, in the room between two heights."""
    plot: Any = _CHARTS[chart.kind]()
    series = chart.series[::-1] if chart.is_reversed else chart.series
    plot.data = [list(one.values) for one in series]
    _dress_axes(plot, chart, style)
    _dress_series(plot, series, chart.kind, style)
    bottom, top = span
    left, right = _sides(chart, style)
    plot.x, plot.width = left, width - left - right
    plot.y = bottom + style.size * _LINE_HEIGHT
    plot.height = top - plot.y - (style.size if any(one.is_labelled for one in series) else 0)
    return plot


def _head(drawing: Drawing, chart: ShownChart, style: _Style) -> float:
    """Writes the titles above the plot; the height that is left for it."""
    top = drawing.height - style.size
    for text in (chart.title, chart.value_title if chart.kind != "bars" else chart.category_title):
        if text:
            drawing.add(style.string(style.size, top - style.size / 2, text))
            top -= style.size * _LINE_HEIGHT
    return float(top)


def _foot(drawing: Drawing, chart: ShownChart, style: _Style) -> float:
    """Writes the legend and the title of the lower axis; the height that they take."""
    bottom = style.size / 2
    if chart.has_legend and chart.series:
        _legend(drawing, chart, style, bottom)
        bottom += style.size * _LINE_HEIGHT * 1.2
    lower = chart.category_title if chart.kind != "bars" else chart.value_title
    if lower:
        drawing.add(style.string(drawing.width / 2, bottom, lower, "middle"))
        bottom += style.size * _LINE_HEIGHT
    return bottom


def _legend(drawing: Drawing, chart: ShownChart, style: _Style, y: float) -> None:
    gap = style.size
    widths = [style.width(one.name) + 2.5 * gap for one in chart.series]
    x = max((drawing.width - sum(widths)) / 2, gap / 2)
    for one, width in zip(chart.series, widths, strict=True):
        side = style.size * 0.7
        square: Any = Rect(x, y, side, side)
        square.fillColor, square.strokeColor = HexColor(f"#{one.colour}"), None
        drawing.add(square)
        drawing.add(style.string(x + side + gap / 3, y, one.name))
        x += width


def _dress_axes(plot: Any, chart: ShownChart, style: _Style) -> None:
    names, values = plot.categoryAxis, plot.valueAxis
    names.categoryNames = list(chart.categories)
    names.reverseDirection = int(chart.kind == "bars" and chart.is_reversed)
    names.labelAxisMode = "low"
    names.visibleTicks = 0
    if chart.is_stacked and chart.kind != "line":
        names.style = "stacked"
    values.labelTextFormat = style.number
    values.visibleGrid, values.visibleTicks, values.visibleAxis = 1, 0, 0
    values.gridStrokeColor, values.gridStrokeWidth = _GRID, 0.5
    values.forceZero, values.rangeRound = 1, "both"
    if not any(value for one in chart.series for value in one.values):
        values.valueMin, values.valueMax = 0, 1
    for axis in (names, values):
        axis.labels.fontName, axis.labels.fontSize, axis.labels.fillColor = style.face, style.size, _INK
        axis.strokeColor = _INK


def _dress_series(plot: Any, series: Sequence[ShownSeries], kind: str, style: _Style) -> None:
    marks = plot.lines if kind == "line" else plot.bars
    if kind != "line":
        plot.groupSpacing, plot.barSpacing = 10, 1
        plot.barLabelFormat = style.number if any(one.is_labelled for one in series) else None
        _dress_labels(plot.barLabels, kind, style)
    for position, one in enumerate(series):
        mark, colour = marks[position], HexColor(f"#{one.colour}")
        mark.strokeColor = colour if kind == "line" else None
        if kind == "line":
            mark.strokeWidth = 2
            mark.symbol = makeMarker("FilledCircle", size=style.size / 2, strokeColor=None, fillColor=colour)
        else:
            mark.fillColor = colour


def _dress_labels(labels: Any, kind: str, style: _Style) -> None:
    labels.fontName, labels.fontSize, labels.fillColor = style.face, style.size, _INK
    labels.boxAnchor, labels.boxTarget = ("w", "hi") if kind == "bars" else ("s", "hi")
    labels.dx, labels.dy = (style.size / 3, 0) if kind == "bars" else (0, style.size / 5)


def _sides(chart: ShownChart, style: _Style) -> tuple[float, float]:
    """The room that labels take left and right of the plot."""
    values = [value or 0.0 for one in chart.series for value in one.values]
    if chart.is_stacked:
        values += [
            sum(value or 0.0 for value in of_category)
            for of_category in zip(*(one.values for one in chart.series), strict=False)
        ]
    figures = max(style.width(style.number(value)) for value in (*values, 0.0))
    if chart.kind == "bars":
        return max(style.width(text) for text in chart.categories) + style.size, figures / 2 + style.size
    return figures + style.size, style.size
