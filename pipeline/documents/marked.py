"""Renders an Office template once more with marks around every value, to learn where in its paragraphs each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Template, nodes
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer
from lxml import etree

from pipeline.data.toml_file import Key
from pipeline.documents.docx_text import paragraph_text
from pipeline.documents.numbering import W
from pipeline.templating.draft_names import DRAFT
from pipeline.templating.environment import environment
from pipeline.templating.names import Names
from pipeline.templating.office_format import CORE, is_notes
from pipeline.templating.office_template import OfficeTemplate, Part
from pipeline.templating.placeholders import Placeholder
from pipeline.templating.sheets import shown_cell

_OPEN, _NAMED, _CLOSE = "\ue000", "\ue001", "\ue002"
"""Private use code points: facts cannot hold them, since data/text.py refuses them."""
_MARKS = re.compile(f"{_OPEN}([0-9]+){_NAMED}|{_CLOSE}")
_NOTE = "note_of_a_value"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""What an older Word shows instead of the drawing beside it: the same text once more."""
_LINE_END = re.compile(r"[\n\t]")
"""What merging turns into line breaks and tabs."""


@dataclass(frozen=True)
class Source:
    """What an expression takes its value from."""

    key: Key | None
    """The path below the names, such as ("services", 0, "start"); None where the value is worked out."""
    fact: str
    """The value there, before any filter."""


@dataclass(frozen=True)
class MarkedValue:
    """A value that the template prints, and where in its paragraph's text."""

    placeholder: Placeholder
    source: Source
    start: int
    end: int


@dataclass(frozen=True)
class MarkedParagraph:
    """A paragraph as it is printed, with its values."""

    text: str
    values: tuple[MarkedValue, ...]


def marked_paragraphs(template: OfficeTemplate, names: Names, language: str) -> dict[str, list[MarkedParagraph]]:
    """The paragraphs of every part that the paper shows, in document order, by the part's name.

    What a placeholder in a hyperlink's address, a picture's description or the document properties says is not text
    of a paragraph and is not among the values.
    """
    found, origins = {}, origins_of(names)
    for part, compiled in zip(template.parts, _compiled(template, language, DRAFT in names), strict=True):
        if part.name != CORE and not is_notes(part.name):
            notes = _Notes(part, origins)
            text = compiled.render({**names, _NOTE: notes.note})
            tree = etree.fromstring(text.encode())
            shown = [one for one in tree.iter(f"{W}p") if next(one.iterancestors(_FALLBACK), None) is None]
            found[part.name] = [_paragraph(_LINE_END.sub(" ", shown_cell(paragraph_text(one))), notes) for one in shown]
    return found


def origins_of(names: Names) -> dict[int, Key]:
    """The path of every table below the names, by its identity, so that an item of a list is known in any loop."""
    found: dict[int, Key] = {}
    for key, table in _tables((), names):
        found.setdefault(id(table), key)
    return found


def dotted_of(expression: nodes.Expr) -> tuple[nodes.Expr | None, tuple[str | int, ...]]:
    """The innermost name of `a.b.c | filter` and the path below it; None where it is anything else."""
    while isinstance(expression, nodes.Filter) and expression.node is not None:
        expression = expression.node
    path: list[str | int] = []
    while True:
        match expression:
            case nodes.Getattr(node=inner, attr=name):
                path.insert(0, name)
            case nodes.Getitem(node=inner, arg=nodes.Const(value=str(name) | int(name))):
                path.insert(0, name)
            case nodes.Name():
                return expression, tuple(path)
            case _:
                return None, ()
        expression = inner


@dataclass
class _Notes:
    """What each value of a part was taken from, in the order in which they were printed."""

    part: Part
    origins: dict[int, Key]
    taken: list[tuple[Placeholder, Source]] = field(default_factory=list)

    def note(self, line: int, root: str, path: list[str | int], tables: list[Any]) -> str:
        """The mark before a value; `tables` are the values along the path, the fact itself last."""
        key: Key | None = None
        for depth, table in enumerate(tables):
            if id(table) in self.origins:
                key = (*self.origins[id(table)], *path[depth:])
        fact = "" if not tables else str(tables[-1])
        self.taken.append((self.part.placeholder(line), Source(key if root else None, fact)))
        return f"{_OPEN}{len(self.taken) - 1}{_NAMED}"


class _Marking(NodeTransformer):
    """Puts a noted mark before every printed expression and a plain one behind it."""

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802  # Jinja names it so
        """An output with its marks."""
        marked: list[nodes.Expr] = []
        for one in node.nodes:
            inside = isinstance(one, nodes.TemplateData)
            marked += [one] if inside else [_note_of(one), one, nodes.TemplateData(_CLOSE, lineno=one.lineno)]
        node.nodes = marked
        return node


def _note_of(expression: nodes.Expr) -> nodes.Expr:
    root, path = dotted_of(expression)
    tables: list[nodes.Expr] = []
    if isinstance(root, nodes.Name) and root.name != "loop":
        tables = [root]
        for step in path:
            tables.append(nodes.Getitem(tables[-1], nodes.Const(step), "load"))
    steps = nodes.List([nodes.Const(step) for step in path])
    name = nodes.Const(root.name if isinstance(root, nodes.Name) else "")
    arguments = [nodes.Const(expression.lineno), name, steps, nodes.List(tables)]
    return nodes.Call(nodes.Name(_NOTE, "load"), arguments, [], None, None, lineno=expression.lineno)


@lru_cache(maxsize=64)
def _compiled(template: OfficeTemplate, language: str, draft: bool) -> list[Template]:
    return [_compile(part, environment(language, draft=draft)) for part in template.parts]


def _compile(part: Part, jinja: SandboxedEnvironment) -> Template:
    tree = _Marking().visit(jinja.parse(part.source))
    tree.set_environment(jinja)
    return Template.from_code(jinja, jinja.compile(tree), jinja.make_globals(None))


def _tables(key: Key, value: Any) -> Iterator[tuple[Key, Any]]:
    """Every dict and list below a value with its path, the outer before the inner."""
    if isinstance(value, (dict, list)):
        yield key, value
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _tables((*key, step), inner)


def _paragraph(marked: str, notes: _Notes) -> MarkedParagraph:
    """A paragraph's text without its marks."""
    text, values, position = "", [], 0
    opened: list[tuple[int, int]] = []
    for mark in _MARKS.finditer(marked):
        text += marked[position : mark.start()]
        position = mark.end()
        if mark[1] is not None:
            opened.append((int(mark[1]), len(text)))
        elif opened:
            number, start = opened.pop()
            values.append(MarkedValue(*notes.taken[number], start, len(text)))
    return MarkedParagraph(text + marked[position:], tuple(values))
