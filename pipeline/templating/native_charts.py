"""Finds the native charts of a Word or PowerPoint file: those that Office itself draws and lets people edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.templating.office_format import Members, format_of, relations

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_NAMESPACE = C.strip("{}").encode()
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FRAMES = (f"{_WP}inline", f"{_WP}anchor", f"{_P}graphicFrame")
_NAMES = (f"{_WP}docPr", f"{_P}cNvPr")
_SIZES = (f"{_WP}extent", f"{_A}ext")


@dataclass(frozen=True)
class NativeChart:
    """A chart where it stands in a file."""

    name: str
    """What it is called in the selection pane."""
    description: str
    """Its alternative text."""
    story: str
    """The part it stands in."""
    frame: etree._Element
    """The element of that part that holds it and its size."""
    part: str
    workbook: str | None
    """The part with its figures as a workbook, which people edit."""
    width: int
    """In EMU, of which 12,700 make a point."""
    height: int


def stories_with_charts(members: Members) -> dict[str, etree._Element]:
    """The parts with text that have charts, read; most files have none."""
    stories = format_of(members).texts(members)
    return {part: etree.fromstring(members[part]) for part in stories if _NAMESPACE in members[part]}


def native_charts(members: Members, trees: dict[str, etree._Element]) -> Iterator[NativeChart]:
    """Every chart in the given parts, in reading order. Raises KeyError for one that refers to nothing."""
    for story, tree in trees.items():
        for shown in tree.iter(f"{C}chart"):
            frame = next(shown.iterancestors(*_FRAMES), None)
            if frame is None:
                continue
            named = next(frame.iter(*_NAMES))
            size = next(one for one in frame.iter(*_SIZES) if one.get("cx"))
            part = relations(story, members)[shown.get(_RELATION, "")]
            yield NativeChart(
                name=named.get("name", ""),
                description=named.get("descr", ""),
                story=story,
                frame=frame,
                part=part,
                workbook=next((one for one in relations(part, members).values() if one.endswith(".xlsx")), None),
                width=int(size.get("cx", "0")),
                height=int(size.get("cy", "0")),
            )


def charts_in(members: Members) -> list[NativeChart]:
    """Every chart of a file, in reading order."""
    return list(native_charts(members, stories_with_charts(members)))
