"""Makes the templates of a draft say which texts stand there only if a missing fact says so, and fit their blanks."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from pipeline.templating.missing import Missing

_CONDITION, _NOT, _FITTING = "_condition", "_not", "_fitting"
_CELLS = re.compile(r"<w:tc>|<w:tc |</w:tc>|<w:tcW [^>]*>")
_WIDTH = re.compile(r'w:w="(\d+)"')
_STOPS = " \u00a0\u202f,.;:)"
_TEXT_BEGINS = re.compile(r"<[wa]:t(?:\s[^>]*[^/>])?>")


def _condition(value: Any, width: int | None) -> str:
    """The words before a text whose condition is missing; none where it is known."""
    return str(_fitting(value, width).condition()) if isinstance(value, Missing) else ""


def _fitting(value: Any, width: int | None) -> Any:
    """A value as it fits into a table's column, or into the text where there is none."""
    return value.fitting(width) if isinstance(value, Missing) and width is not None else value


def _opposite(value: Any) -> Any:
    """Not so, or not known."""
    return value if isinstance(value, Missing) else not value


OF_DRAFTS = {_CONDITION: _condition, _NOT: _opposite, _FITTING: _fitting}
"""Filters that the templates of a draft bring along; nobody types them."""


class Undecided(NodeTransformer):
    """Puts the words before each text whose condition is missing, and lets «not» leave a missing fact missing.

    It goes through a part in the order of its text, so that it knows in which cell of a table it is.
    """

    def __init__(self) -> None:
        self._cells: list[int] = []
        """The width of each cell that is open, the innermost last; nothing where the file does not say it."""

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802  # Jinja names it so
        """Text and values."""
        parts: list[nodes.Expr] = []
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._go_through(part.data)
                parts.append(part)
            else:
                value = self._value(part)
                parts.append(_filtered(value, _FITTING, self._cells[-1]) if self._cells else value)
        node.nodes = parts
        return node

    def _value(self, value: nodes.Expr) -> nodes.Expr:
        changed = self.visit(value)
        return changed if isinstance(changed, nodes.Expr) else value

    def _go_through(self, text: str) -> None:
        for found in _CELLS.finditer(text):
            width = _WIDTH.search(found[0])
            if found[0] == "</w:tc>":
                del self._cells[-1:]
            elif not found[0].startswith("<w:tcW"):
                self._cells.append(0)
            elif self._cells and width and 'w:type="dxa"' in found[0]:
                self._cells[-1] = int(width[1])

    def visit_Not(self, node: nodes.Not) -> nodes.Node:  # noqa: N802  # Jinja names it so
        """A negation."""
        self.generic_visit(node)
        return nodes.Filter(node.node, _NOT, [], [], None, None, lineno=node.lineno)

    def visit_If(self, node: nodes.If) -> nodes.Node:  # noqa: N802  # Jinja names it so
        """A condition with its text."""
        width = 0 if _begins_with_a_cell(node.body) else self._cells[-1] if self._cells else None
        self.generic_visit(node)
        words = nodes.Output([_filtered(node.test, _CONDITION, width)], lineno=node.lineno)
        node.body = _with_words(node.body, words)
        return node


def _filtered(value: Any, name: str, width: int | None) -> nodes.Filter:
    return nodes.Filter(value, name, [nodes.Const(width)], [], None, None, lineno=value.lineno)


def _with_words(body: list[nodes.Node], words: nodes.Output) -> list[nodes.Node]:
    """The text with the words at its beginning, or where the first text inside its tags begins."""
    if not _begins_with_a_tag(body):
        return [*_after_stops(body, words)]
    for position, node in enumerate(body):
        for place, part in enumerate(node.nodes if isinstance(node, nodes.Output) else ()):
            begins = _TEXT_BEGINS.search(part.data) if isinstance(part, nodes.TemplateData) else None
            if begins and isinstance(node, nodes.Output) and isinstance(part, nodes.TemplateData):
                before = nodes.TemplateData(part.data[: begins.end()], lineno=part.lineno)
                after = nodes.TemplateData(part.data[begins.end() :], lineno=part.lineno)
                parts = [*node.nodes[:place], before, *words.nodes, after, *node.nodes[place + 1 :]]
                return [*body[:position], nodes.Output(parts, lineno=node.lineno), *body[position + 1 :]]
    return body


def _after_stops(body: list[nodes.Node], words: nodes.Output) -> list[nodes.Node]:
    """The text with the words behind the blanks and stops that it begins with."""
    first = body[0] if body else None
    part = first.nodes[0] if isinstance(first, nodes.Output) and first.nodes else None
    if not isinstance(first, nodes.Output) or not isinstance(part, nodes.TemplateData):
        return [words, *body]
    rest = part.data.lstrip(_STOPS)
    stops = nodes.TemplateData(part.data[: len(part.data) - len(rest)], lineno=part.lineno)
    text = nodes.TemplateData(rest, lineno=part.lineno)
    return [nodes.Output([stops, *words.nodes, text, *first.nodes[1:]], lineno=first.lineno), *body[1:]]


def _begins_with_a_tag(body: list[nodes.Node]) -> bool:
    return _beginning(body).startswith("<")


def _begins_with_a_cell(body: list[nodes.Node]) -> bool:
    begins = _TEXT_BEGINS.search(_beginning(body))
    return begins is not None and "<w:tcPr" in _beginning(body)[: begins.end()]


def _beginning(body: list[nodes.Node]) -> str:
    """What the template itself says first, where it begins with that."""
    first = body[0] if body else None
    part = first.nodes[0] if isinstance(first, nodes.Output) and first.nodes else None
    return part.data.lstrip() if isinstance(part, nodes.TemplateData) else ""
