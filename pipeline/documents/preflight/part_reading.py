"""Reads from an open PDF the parts beside its text: fonts, form fields, actions and attached files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.documents.preflight.facts import Action, Attachment, Font, Form
from pipeline.documents.preflight.tag_reading import entry

_FONT_FILES = (Name.FontFile, Name.FontFile2, Name.FontFile3)


def read_fonts(pdf: pikepdf.Pdf) -> Iterator[Font]:
    """Every font of a page, of what is drawn on it, of its fields, and of what is typed into fields; each once."""
    seen: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, start=1):
        yield from _fonts(page.obj.get(Name.Resources), number, seen)
        for annotation in page.obj.get(Name.Annots, ()):
            for drawn in appearances(annotation):
                yield from _fonts(drawn.get(Name.Resources), number, seen)
    form = pdf.Root.get(Name.AcroForm)
    yield from _fonts(None if form is None else form.get(Name.DR), 0, seen)


def _fonts(resources: Any, page: int, seen: set[tuple[int, int]]) -> Iterator[Font]:
    if resources is None or not _first_time(resources, seen):
        return
    for font in resources.get(Name.Font, Dictionary()).values():
        if _first_time(font, seen):
            yield _font(font, page)
    for drawn in resources.get(Name.XObject, Dictionary()).values():
        if drawn.get(Name.Subtype) == Name.Form and _first_time(drawn, seen):
            yield from _fonts(drawn.get(Name.Resources), page, seen)


def _font(font: Any, page: int) -> Font:
    descendants = font.get(Name.DescendantFonts)
    described = font if descendants is None else descendants[0]
    descriptor = described.get(Name.FontDescriptor, Dictionary())
    embedded = font.get(Name.Subtype) == Name.Type3 or any(key in descriptor for key in _FONT_FILES)
    name = str(font.get(Name.BaseFont, "/without a name")).removeprefix("/")
    return Font(name, page, embedded, Name.ToUnicode in font)


def _first_time(thing: Any, seen: set[tuple[int, int]]) -> bool:
    """Whether an object was not met before; one that stands within another is met there alone."""
    key = thing.objgen
    if key == (0, 0):
        return True
    if key in seen:
        return False
    seen.add(key)
    return True


def appearances(annotation: Any) -> Iterator[Any]:
    """What an annotation is drawn as, in each of its states."""
    normal = annotation.get(Name.AP, Dictionary()).get(Name.N)
    if isinstance(normal, Stream):
        yield normal
    elif normal is not None:
        yield from (one for one in normal.values() if isinstance(one, Stream))


def read_form(pdf: pikepdf.Pdf) -> Form:
    """The interactive form; empty where there is none."""
    form = pdf.Root.get(Name.AcroForm, Dictionary())
    fields = list(_all_fields(form.get(Name.Fields, ()), set()))
    return Form(
        fields=frozenset(field.objgen[0] for field in fields),
        signature_flags=int(form.get(Name.SigFlags, 0)),
        asks_for_appearances=bool(form.get(Name.NeedAppearances, False)),
        has_xfa=Name.XFA in form or bool(pdf.Root.get(Name.NeedsRendering, False)),
        actions=sum(1 for field in fields if Name.A in field or Name.AA in field),
    )


def _all_fields(fields: Any, seen: set[tuple[int, int]]) -> Iterator[Any]:
    for field in fields:
        if _first_time(field, seen):
            yield field
            yield from _all_fields(field.get(Name.Kids, ()), seen)


def read_actions(pdf: pikepdf.Pdf) -> Iterator[Action]:
    """Every action that opening, leaving, clicking or an entry of the outline starts, and those that follow it."""
    root = pdf.Root
    yield from _of_holder(root, 0)
    yield from _chain(root.get(Name.OpenAction), 0, by_itself=True)
    for script in _named(root, Name.JavaScript).values():
        yield from _chain(script, 0, by_itself=True)
    for number, page in enumerate(pdf.pages, start=1):
        yield from _of_holder(page.obj, number)
        for annotation in page.obj.get(Name.Annots, ()):
            yield from _of_holder(annotation, number)
    outlines = entry(root, "/Outlines")
    for one in _entries(outlines) if outlines is not None else ():
        yield from _of_holder(one, 0)


def _of_holder(holder: Any, page: int) -> Iterator[Action]:
    yield from _chain(entry(holder, "/A"), page, by_itself=False)
    for action in holder["/AA"].values() if "/AA" in holder else ():
        yield from _chain(action, page, by_itself=True)


def _chain(action: Any, page: int, *, by_itself: bool) -> Iterator[Action]:
    """An action and what it names as next; a mere destination is none."""
    seen: set[tuple[int, int]] = set()
    waiting = [] if action is None else [action]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Dictionary) and Name.S in one and _first_time(one, seen):
            yield Action(str(one.S)[1:], str(one.get(Name.URI, "")), page, by_itself)
            following = one.get(Name.Next)
            waiting.extend(following if isinstance(following, Array) else [following])


def _entries(parent: Any) -> Iterator[Any]:
    """The entries of the outline, each once."""
    seen: set[tuple[int, int]] = set()
    waiting = [parent.get(Name.First)]
    while waiting:
        one = waiting.pop()
        if one is not None and _first_time(one, seen):
            yield one
            waiting += [entry(one, "/Next"), entry(one, "/First")]


def read_attachments(pdf: pikepdf.Pdf) -> Iterator[Attachment]:
    """The files within the PDF: named, associated, or behind an annotation."""
    associated = list(pdf.Root.get(Name.AF, ()))
    known = {one.objgen for one in associated}
    embedded = [*associated, *(one for one in _named(pdf.Root, Name.EmbeddedFiles).values() if one.objgen not in known)]
    embedded += [
        one.get(Name.FS, Dictionary())
        for page in pdf.pages
        for one in page.obj.get(Name.Annots, ())
        if one.get(Name.Subtype) == Name.FileAttachment
    ]
    for one in embedded:
        stream = one.get(Name.EF, Dictionary()).get(Name.F, Dictionary())
        yield Attachment(
            name=str(one.get(Name.UF, "")),
            relationship=str(one.get(Name.AFRelationship, ""))[1:],
            mime=str(stream.get(Name.Subtype, ""))[1:],
            described=bool(str(one.get(Name.Desc, "")).strip()),
            dated=Name.ModDate in stream.get(Name.Params, Dictionary()),
            associated=one.objgen in known,
        )


def _named(root: Any, kind: Name) -> dict[str, Any]:
    tree = root.get(Name.Names, Dictionary()).get(kind)
    return {} if tree is None else {str(name): thing for name, thing in pikepdf.NameTree(tree).items()}
