"""The door to python-pptx: puts a municipality's figures into a native chart and into the workbook behind it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.chart.xmlwriter import SeriesXmlRewriterFactory
from pptx.oxml import parse_xml

from pipeline.templating.native_charts import C
from pipeline.templating.office_archive import packed, unpacked

_CREATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


@dataclass(frozen=True)
class Figures:
    """What a chart shows: a label for each category, and for each series a number for each category, or none."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal | None, ...]], ...]


def with_figures(chart: bytes, figures: Figures, date: datetime.date) -> tuple[bytes, bytes]:
    """The chart part and its workbook with these figures; colours, fonts and the kind of chart stay as drawn.

    The same bytes for the same input. Raises ValueError or NotImplementedError for a kind of chart that takes no
    categories.
    """
    space = parse_xml(chart)
    found = space.find(f".//{C}formatCode")
    data = CategoryChartData(number_format=(found.text if found is not None else None) or "General")
    data.categories = list(figures.categories)
    for name, values in figures.series:
        data.add_series(name, [None if value is None else float(value) for value in values])
    SeriesXmlRewriterFactory(Chart(space, None).chart_type, data).replace_series_data(space)
    content = etree.tostring(space, encoding="UTF-8", standalone=True)
    return content, _with_fixed_dates(CategoryWorkbookWriter(data).xlsx_blob, date)


def _with_fixed_dates(workbook: bytes, date: datetime.date) -> bytes:
    dated = rb"\g<1>" + f"{date}T00:00:00Z".encode() + rb"\2"
    return packed({name: _CREATED.sub(dated, content) for name, content in unpacked(workbook).items()})
