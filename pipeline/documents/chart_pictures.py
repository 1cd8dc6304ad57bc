"""Draws the native charts of a file that is to be converted as pictures, since engines size or describe charts badly.

Only the copy that is converted changes: the file that is delivered keeps charts that Office edits.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from lxml import etree

from pipeline.documents.chart_drawing import draw_chart
from pipeline.documents.chart_reading import ShownChart, UnreadableChartError, read_chart
from pipeline.documents.pdf_text import open_text
from pipeline.errors import ConversionError, Problem
from pipeline.templating.native_charts import NativeChart, native_charts, stories_with_charts
from pipeline.templating.office_archive import packed, unpacked

_EMU_PER_POINT = 12_700
_SCALE = 3
"""Dots a point: 216 to the inch."""
_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def with_chart_pictures(office: bytes, font: Path, source: Path) -> bytes:
    """The file with a picture in the place of each chart. `source` is the template, for problems.

    Raises ConversionError where a chart is of a kind that cannot be drawn.
    """
    members = unpacked(office)
    trees = stories_with_charts(members)
    charts = list(native_charts(members, trees))
    if not charts:
        return office
    for number, chart in enumerate(charts, start=1):
        members[f"media/chart{number}.png"] = _picture(members[chart.part], chart, font, source)
        relation = _related(members, chart.story, f"/media/chart{number}.png")
        _put_picture(chart, relation)
    for part in {chart.story for chart in charts}:
        members[part] = etree.tostring(trees[part], encoding="UTF-8", standalone=True)
    _declare_png(members)
    return packed(members)


def _picture(content: bytes, chart: NativeChart, font: Path, source: Path) -> bytes:
    try:
        shown = read_chart(content)
    except UnreadableChartError as error:
        problem = Problem(source, 0, f"chart {chart.name}", str(error), "Choose another kind of chart.")
        raise ConversionError("a chart cannot be drawn.", problems=[problem]) from error
    return _drawn(shown, chart.width, chart.height, font)


@lru_cache(maxsize=16)
def _drawn(shown: ShownChart, width: int, height: int, font: Path) -> bytes:
    """The picture; several papers of a package show the same chart."""
    with open_text(draw_chart(shown, width / _EMU_PER_POINT, height / _EMU_PER_POINT, font)) as drawn:
        return drawn.picture(0, _SCALE)


def _related(members: dict[str, bytes], story: str, target: str) -> str:
    """Adds a relation of a part to a picture; its id."""
    folder, _, name = story.rpartition("/")
    part = f"{folder}/_rels/{name}.rels"
    tree = etree.fromstring(members[part])
    identity = f"chartPicture{len(tree) + 1}"
    etree.SubElement(tree, f"{{{_RELATIONS}}}Relationship", Id=identity, Type=_IMAGE, Target=target)
    members[part] = etree.tostring(tree, encoding="UTF-8", standalone=True)
    return identity


def _put_picture(chart: NativeChart, relation: str) -> None:
    """Puts the picture into the chart's frame in Word, or a picture in its place on a slide."""
    if chart.frame.tag.endswith("graphicFrame"):
        parent = chart.frame.getparent()
        if parent is not None:
            parent.replace(chart.frame, etree.fromstring(_on_slide(chart, relation)))
        return
    holder = next(chart.frame.iter(f"{_A}graphicData"))
    for child in list(holder):
        holder.remove(child)
    holder.set("uri", _PICTURE)
    holder.append(etree.fromstring(_in_text(chart, relation)))


def _in_text(chart: NativeChart, relation: str) -> str:
    return (
        f"<pic:pic {_NAMESPACES}><pic:nvPicPr><pic:cNvPr id='0' name={quoteattr(chart.name)}/><pic:cNvPicPr/>"
        f"</pic:nvPicPr><pic:blipFill><a:blip r:embed='{relation}'/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f"<pic:spPr><a:xfrm><a:off x='0' y='0'/><a:ext cx='{chart.width}' cy='{chart.height}'/></a:xfrm>"
        "<a:prstGeom prst='rect'><a:avLst/></a:prstGeom></pic:spPr></pic:pic>"
    )


def _on_slide(chart: NativeChart, relation: str) -> str:
    place = next(chart.frame.iter(f"{_A}off"))
    return (
        f"<p:pic {_NAMESPACES}><p:nvPicPr><p:cNvPr id='0' name={quoteattr(chart.name)} "
        f"descr={quoteattr(chart.description)}/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill>"
        f"<a:blip r:embed='{relation}'/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm>"
        f"<a:off x='{place.get('x')}' y='{place.get('y')}'/><a:ext cx='{chart.width}' cy='{chart.height}'/></a:xfrm>"
        "<a:prstGeom prst='rect'><a:avLst/></a:prstGeom></p:spPr></p:pic>"
    )


def _declare_png(members: dict[str, bytes]) -> None:
    tree = etree.fromstring(members["[Content_Types].xml"])
    if not any(one.get("Extension") == "png" for one in tree):
        tree.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension="png", ContentType="image/png"))
    members["[Content_Types].xml"] = etree.tostring(tree, encoding="UTF-8", standalone=True)
