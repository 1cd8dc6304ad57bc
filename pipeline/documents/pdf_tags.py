"""The door to pikepdf for the tags of a PDF: what the embedded engine tags wrongly or not at all is put right.

Body paragraphs are tagged Span, several in one, and layout grids Table (ISO 14289-1, 7.1); pictures are tagged Figure
without the alternative text that the Office file gives them (ISO 14289-1, 7.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from pipeline.documents.docx_text import bare

_LAYOUT_ROLES = {"/Table", "/THead", "/TBody", "/TFoot", "/TR", "/TD"}
MarkedTexts = Mapping[tuple[int, int], str]
"""The text of each piece of marked content, by its page from 0 and its id there."""


def elements_of(pdf: pikepdf.Pdf) -> list[Any]:
    """Every structure element of a PDF, in reading order."""
    root = pdf.Root.get(Name.StructTreeRoot)
    return [] if root is None else list(_elements(root))


def mend_roles(pdf: pikepdf.Pdf, elements: Sequence[Any]) -> None:
    """Tags body paragraphs P and layout grids Div; `elements` are all of the PDF's."""
    if Name.MarkInfo in pdf.Root:
        pdf.Root.MarkInfo = Dictionary(Marked=True)
    for element in elements:
        if element.S == Name.Span and _is_block(element):
            element.S = Name.P
            del element.A
        elif element.S == Name.Table and not any(inner.S == Name.TH for inner in _elements(element)):
            _untable(element)


def part_paragraphs(
    pdf: pikepdf.Pdf, elements: Sequence[Any], texts: MarkedTexts, paragraphs: Sequence[tuple[str, str]]
) -> None:
    """Gives each paragraph that shares a P with others one of its own, tagged as `paragraphs` say: text and role.

    Where the pieces of a P do not add up to known paragraphs, it stays as it is.
    """
    pages = {page.objgen: number for number, page in enumerate(page.obj for page in pdf.pages)}
    wanted = [(bare(text), role) for text, role in paragraphs if bare(text)]
    for element in elements:
        if element.S == Name.P:
            pieces = [(kid, _text(kid, element, pages, texts)) for kid in _kids(element)]
            numbers = [_page_number(kid, element, pages) for kid, _ in pieces]
            groups = _grouped(pieces, wanted, numbers)
            if groups and (len(groups) > 1 or groups[0][0] != "P"):
                _split(pdf, element, groups)


def describe_figures(elements: Sequence[Any], descriptions: Sequence[str]) -> bool:
    """Gives the figures their alternative texts in reading order; False where there are more or fewer figures."""
    figures = [element for element in elements if element.S == Name.Figure]
    if len(figures) != len(descriptions):
        return False
    for figure, description in zip(figures, descriptions, strict=True):
        figure.Alt = String(description)
    return True


def tag_widget(pdf: pikepdf.Pdf, widget: Object, page: Object, tooltip: str) -> None:
    """Adds a form field to the tags, as ISO 14289-1, 7.18.4 asks."""
    root = pdf.Root.get(Name.StructTreeRoot)
    if root is None:
        return
    document = root.K[0] if isinstance(root.K, Array) else root.K
    reference = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)
    element = pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Form, P=document, Pg=page, K=reference, Alt=String(tooltip))
    )
    if not isinstance(document.K, Array):
        document.K = Array([document.K])
    document.K.append(element)
    parents = pikepdf.NumberTree(root.ParentTree)
    key = max(
        [int(root.get(Name.ParentTreeNextKey, 0)), *(used + 1 for used in parents)]
    )  # LibreOffice tells no next key
    widget.StructParent = key
    root.ParentTreeNextKey = key + 1
    parents[key] = element


def untag_widget(pdf: pikepdf.Pdf, widget: Object) -> None:
    """Takes a form field that is removed out of the tags."""
    root = pdf.Root.get(Name.StructTreeRoot)
    key = widget.get(Name.StructParent)
    if root is None or key is None:
        return
    parents = pikepdf.NumberTree(root.ParentTree)
    element = parents[int(key)]
    above = element.P
    if isinstance(above.get(Name.K), Array):
        above.K = Array([one for one in above.K if not _is_same(one, element)])
    del parents[int(key)]


def _is_same(one: Any, element: Object) -> bool:
    return isinstance(one, Dictionary) and one.objgen == element.objgen


def _grouped(
    pieces: list[tuple[Any, str]], wanted: list[tuple[str, str]], numbers: list[str]
) -> list[tuple[str, list[Any]]]:
    """The pieces of each paragraph with its role; none where they do not add up. Takes what it uses from `wanted`.

    `numbers` are those of the pieces' pages, for which a paragraph has a NUL character.
    """
    groups: list[tuple[str, list[Any]]] = []
    rest = list(wanted)
    kids: list[Any] = []
    so_far = ""
    for (kid, text), number in zip(pieces, numbers, strict=True):
        kids.append(kid)
        so_far += bare(text)
        same = {so_far, "\0"} if so_far == number else {so_far}
        match = next((one for one in rest if one[0] in same), None)
        if match and so_far:
            rest.remove(match)
            groups.append((match[1], kids))
            kids, so_far = [], ""
    if so_far or not groups:
        return []
    groups[-1][1].extend(kids)
    wanted[:] = rest
    return groups


def _split(pdf: pikepdf.Pdf, element: Any, groups: list[tuple[str, list[Any]]]) -> None:
    """Puts an element for each group in the place of one."""
    parent, made = element.P, []
    for role, kids in groups:
        own_page = _page_of(kids[0], element)
        new = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=parent, Pg=own_page))
        new.K = Array([_referring(kid, element, own_page) for kid in kids])
        for kid in kids:
            _claim(pdf, kid, element, new)
        made.append(new)
    siblings = _kids(parent)
    position = next(at for at, one in enumerate(siblings) if isinstance(one, Object) and one.objgen == element.objgen)
    parent.K = Array([*siblings[:position], *made, *siblings[position + 1 :]])


def _referring(kid: Any, owner: Any, page: Any) -> Any:
    """A kid as an element on a page refers to it: a bare number only where it is content of that page."""
    if _page_of(kid, owner).objgen == page.objgen:
        return _number(kid)
    return Dictionary(Type=Name.MCR, Pg=_page_of(kid, owner), MCID=_number(kid))


def _claim(pdf: pikepdf.Pdf, kid: Any, owner: Any, new: Any) -> None:
    """Says in the parent tree that a piece of content belongs to a new element."""
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    owners = tree[int(_page_of(kid, owner).StructParents)]
    owners[_number(kid)] = new


def _text(kid: Any, owner: Any, pages: dict[Any, int], texts: MarkedTexts) -> str:
    if not _is_content(kid):
        return "\0"
    return texts.get((pages[_page_of(kid, owner).objgen], _number(kid)), "")


def _page_number(kid: Any, owner: Any, pages: dict[Any, int]) -> str:
    return str(pages[_page_of(kid, owner).objgen] + 1) if _is_content(kid) else ""


def _is_content(kid: Any) -> bool:
    return isinstance(kid, int) or (isinstance(kid, Dictionary) and Name.MCID in kid)


def _number(kid: Any) -> int:
    return kid if isinstance(kid, int) else int(kid.MCID)


def _page_of(kid: Any, owner: Any) -> Any:
    return kid.Pg if isinstance(kid, Dictionary) and Name.Pg in kid else owner.Pg


def _elements(parent: Any) -> Iterator[Any]:
    """Every structure element below `parent`, in reading order."""
    for kid in _kids(parent):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _kids(parent: Any) -> list[Any]:
    kids = parent.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _is_block(element: Any) -> bool:
    attributes = element.get(Name.A, Array())
    owners = attributes if isinstance(attributes, Array) else [attributes]
    return any(isinstance(one, Dictionary) and one.get(Name.Placement) == Name.Block for one in owners)


def _untable(table: Any) -> None:
    for element in (table, *_elements(table)):
        if str(element.S) in _LAYOUT_ROLES:
            element.S = Name.Div
            if Name.A in element:
                del element.A
