"""Puts UTKAST on every page of a Word file and every slide, and a yellow ground behind what is missing."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from pipeline.documents.draft_pdf import WORD
from pipeline.templating.missing import BLANK
from pipeline.templating.office_archive import packed, unpacked
from pipeline.templating.office_format import Members, format_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BEFORE_HIGHLIGHT = {
    *(f"{_W}{name}" for name in (
        "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
        "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern",
        "position", "sz", "szCs",
    )),
    *(f"{_A}{name}" for name in (
        "ln", "noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill", "effectLst", "effectDag",
    )),
}  # fmt: skip
"""What stands before a highlight in the properties of a run (ECMA-376-1, 17.3.2.28 and 21.1.2.3.9)."""
_WATERMARK = f"""
<w:r xmlns:w="{_W[1:-1]}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>
<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>
<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="draft{{number}}" o:spid="_x0000_s{{number}}" type="#_x0000_t136" alt="" o:allowincell="f"
style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:125pt;rotation:305;z-index:-251658752;
mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;
mso-position-vertical-relative:margin" fillcolor="#a6a6a6" stroked="f"><v:fill opacity=".4"/>
<v:textpath style="font-family:Calibri;font-size:1pt;font-weight:bold" string="{WORD}"/></v:shape></w:pict></w:r>"""
_STAMP = f"""
<p:sp xmlns:p="{_P[1:-1]}" xmlns:a="{_A[1:-1]}"><p:nvSpPr><p:cNvPr id="{{number}}" name="{WORD}"><a:extLst>
<a:ext uri="{{{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}}}"><adec:decorative
xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst></p:cNvPr>
<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm rot="-1764000"><a:off x="0" y="{{top}}"/>
<a:ext cx="{{width}}" cy="{{height}}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>
<p:txBody><a:bodyPr wrap="none" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="nb-NO"
sz="16000" b="1"><a:solidFill><a:srgbClr val="808080"><a:alpha val="25000"/></a:srgbClr></a:solidFill></a:rPr>
<a:t>{WORD}</a:t></a:r></a:p></p:txBody></p:sp>"""


def office_as_draft(office: bytes) -> bytes:
    """The .docx or .pptx with its marks; what it says is the same."""
    members = unpacked(office)
    shown = format_of(members)
    trees = {part: etree.fromstring(members[part]) for part in shown.texts(members)}
    for tree in trees.values():
        for run in [*tree.iter(f"{_W}r", f"{_A}r")]:
            _highlight(run)
    if shown.suffix == "pptx":
        _stamp_slides(trees, members)
    else:
        _stamp_headers(trees)
    return packed(
        members | {part: etree.tostring(tree, encoding="UTF-8", standalone=True) for part, tree in trees.items()}
    )


def _highlight(run: etree._Element) -> None:
    """Parts a run so that each blank in it stands in a run of its own, on yellow."""
    if not any(BLANK.search(text.text or "") for text in run.iterfind(f"{run.tag[:-1]}t")):
        return
    properties = run.find(f"{run.tag[:-1]}rPr")
    place = run
    for content, is_blank in _pieces(run):
        part = etree.Element(run.tag, {str(name): str(value) for name, value in run.attrib.items()})
        own = copy.deepcopy(properties) if properties is not None else etree.Element(f"{run.tag[:-1]}rPr")
        part.append(own)
        part.append(content)
        if is_blank:
            _put_highlight(own)
        place.addnext(part)
        place = part
    parent = run.getparent()
    if parent is not None:
        parent.remove(run)


def _pieces(run: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """What a run holds besides its properties, each text parted at its blanks."""
    for child in [one for one in run if one.tag != f"{run.tag[:-1]}rPr"]:
        text, position = child.text or "", 0
        if child.tag != f"{run.tag[:-1]}t":
            yield child, False
            continue
        for found in BLANK.finditer(text):
            if found.start() > position:
                yield _text(child.tag, text[position : found.start()]), False
            yield _text(child.tag, found[0]), True
            position = found.end()
        if position < len(text):
            yield _text(child.tag, text[position:]), False


def _text(tag: str, text: str) -> etree._Element:
    made = etree.Element(tag)
    made.text = text
    if tag.startswith(_W):
        made.set(_XML_SPACE, "preserve")
    return made


def _put_highlight(properties: etree._Element) -> None:
    if properties.tag.startswith(_W):
        highlight = etree.Element(f"{_W}highlight", {f"{_W}val": "yellow"})
    else:
        highlight = etree.Element(f"{_A}highlight")
        etree.SubElement(highlight, f"{_A}srgbClr", val="FFFF00")
    for old in properties.findall(highlight.tag):
        properties.remove(old)
    before = [one for one in properties if one.tag in _BEFORE_HIGHLIGHT]
    properties.insert(properties.index(before[-1]) + 1 if before else 0, highlight)


def _stamp_headers(trees: dict[str, etree._Element]) -> None:
    """A watermark in every header; where the file has none, in the first paragraph of the text."""
    headers = [tree for tree in trees.values() if tree.tag == f"{_W}hdr"]
    for number, tree in enumerate(headers or [tree for tree in trees.values() if tree.tag == f"{_W}document"]):
        first = next(tree.iter(f"{_W}p"), None)
        if first is not None:
            first.append(etree.fromstring(_WATERMARK.format(number=2049 + number)))


def _stamp_slides(trees: dict[str, etree._Element], members: Members) -> None:
    size = etree.fromstring(members["ppt/presentation.xml"]).find(f"{_P}sldSz")
    width, height = (int(size.get(name, "0")) if size is not None else 0 for name in ("cx", "cy"))
    for tree in (one for one in trees.values() if one.tag == f"{_P}sld"):
        shapes = next(tree.iter(f"{_P}spTree"))
        number = 1 + max(int(one.get("id", "0")) for one in shapes.iter(f"{_P}cNvPr"))
        stamp = _STAMP.format(number=number, width=width, height=height // 2, top=height // 4)
        shapes.append(etree.fromstring(stamp))
