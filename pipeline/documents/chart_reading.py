"""Reads from a native chart what it shows: its kind, figures, colours, texts and the size of its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from pipeline.templating.native_charts import C

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PALETTE = ("0B4A6F", "5B9BB5", "E0A030", "7A8B99", "4C8C5A", "A24B4B")
"""Colours of series that state none, in turn."""
_TYPE_SIZE = 10.0
_KINDS = {f"{C}barChart", f"{C}bar3DChart", f"{C}lineChart"}
_PLOT_FURNITURE = {f"{C}{name}" for name in ("layout", "catAx", "valAx", "dateAx", "serAx", "dTable", "spPr", "extLst")}


class UnreadableChartError(Exception):
    """The chart is of a kind that the pipeline does not draw; the message says which."""


@dataclass(frozen=True)
class ShownSeries:
    """A row of bars or a line."""

    name: str
    colour: str
    """As RRGGBB."""
    values: tuple[float | None, ...]
    """None where the chart has no figure."""
    is_labelled: bool
    """Whether each value is printed beside its bar or point."""


@dataclass(frozen=True)
class ShownChart:
    """A chart as it is drawn."""

    kind: Literal["columns", "bars", "line"]
    is_stacked: bool
    categories: tuple[str, ...]
    series: tuple[ShownSeries, ...]
    number_format: str
    has_legend: bool
    title: str
    value_title: str
    category_title: str
    is_reversed: bool
    """Whether the first category of bars stands on top."""
    points: float
    """The size of its type."""

    @property
    def texts(self) -> list[str]:
        """What it says in words, without its figures."""
        names = [one.name for one in self.series] if self.has_legend else []
        return [text for text in (self.title, self.value_title, self.category_title, *self.categories, *names) if text]


def read_chart(content: bytes) -> ShownChart:
    """What a chart part shows. Raises UnreadableChartError for other charts than columns, bars and lines."""
    space = etree.fromstring(content)
    plots = [one for one in space.iterfind(f"{C}chart/{C}plotArea/*") if one.tag not in _PLOT_FURNITURE]
    if len(plots) != 1 or plots[0].tag not in _KINDS - {f"{C}bar3DChart"}:
        kinds = ", ".join(etree.QName(one).localname for one in plots) or "none"
        raise UnreadableChartError(f"is a {kinds}; columns, bars and lines in one chart can be drawn.")
    plot = plots[0]
    series = [_series(one, plot, position) for position, one in enumerate(plot.iterfind(f"{C}ser"))]
    return ShownChart(
        kind=_kind(plot),
        is_stacked=_value(plot, "grouping") in {"stacked", "percentStacked"},
        categories=_points(plot.find(f"{C}ser/{C}cat")),
        series=tuple(series),
        number_format=_number_format(space, plot),
        has_legend=space.find(f"{C}chart/{C}legend") is not None,
        title=_title(space.find(f"{C}chart/{C}title")),
        value_title=_title(space.find(f".//{C}valAx/{C}title")),
        category_title=_title(space.find(f".//{C}catAx/{C}title")),
        is_reversed=_value(space.find(f".//{C}catAx/{C}scaling"), "orientation") == "maxMin",
        points=_size(space),
    )


def _kind(plot: etree._Element) -> Literal["columns", "bars", "line"]:
    if plot.tag == f"{C}lineChart":
        return "line"
    return "bars" if _value(plot, "barDir") == "bar" else "columns"


def _series(series: etree._Element, plot: etree._Element, position: int) -> ShownSeries:
    values = _points(series.find(f"{C}val"))
    shows = [_value(owner.find(f"{C}dLbls"), "showVal") for owner in (series, plot)]
    return ShownSeries(
        name="".join(text for text in _points(series.find(f"{C}tx"))),
        colour=_colour(series) or _PALETTE[position % len(_PALETTE)],
        values=tuple(float(value) if value else None for value in values),
        is_labelled=next((one for one in shows if one), "0") in {"1", "true"},
    )


def _points(owner: etree._Element | None) -> tuple[str, ...]:
    """The texts or figures that Office keeps in the chart, one for each place; empty where a place has none."""
    if owner is None:
        return ()
    found = {int(one.get("idx", "0")): one.findtext(f"{C}v") or "" for one in owner.iter(f"{C}pt")}
    counted = next(owner.iter(f"{C}ptCount"), None)
    count = int(counted.get("val", "0")) if counted is not None else len(found)
    return tuple(found.get(position, "") for position in range(count))


def _colour(series: etree._Element) -> str:
    filled = series.find(f"{C}spPr/{_A}solidFill/{_A}srgbClr")
    lined = series.find(f"{C}spPr/{_A}ln/{_A}solidFill/{_A}srgbClr")
    found = filled if filled is not None else lined
    return "" if found is None else found.get("val", "")


def _number_format(space: etree._Element, plot: etree._Element) -> str:
    """The format of the axis, else of the figures."""
    axis = space.find(f".//{C}valAx/{C}numFmt")
    if axis is not None and axis.get("sourceLinked") not in {"1", "true"}:
        return axis.get("formatCode", "General")
    return next((one.text or "" for one in plot.iter(f"{C}formatCode")), "General")


def _title(title: etree._Element | None) -> str:
    return "" if title is None else "".join(text.text or "" for text in title.iter(f"{_A}t"))


def _size(space: etree._Element) -> float:
    sizes = (one.get("sz", "") for one in space.iter(f"{_A}defRPr", f"{_A}rPr"))
    return next((int(size) / 100 for size in sizes if size.isdigit()), _TYPE_SIZE)


def _value(owner: etree._Element | None, name: str) -> str:
    found = None if owner is None else owner.find(f"{C}{name}")
    return "" if found is None else found.get("val", "")
