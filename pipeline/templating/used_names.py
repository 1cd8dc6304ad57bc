"""Finds which names a document uses: in its Office templates, CSV tables, form mapping, signatures and condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import nodes

from pipeline.data.toml_file import Key, dotted
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.declaration import Chart, Form, Results
from pipeline.templating.environment import environment
from pipeline.templating.office_template import office_template
from pipeline.templating.table_rows import table_rows

LANGUAGES = ("nb", "nn")
Scope = dict[str, str]
"""A name that the template itself sets → what it stands for; empty where that is no name of ours."""


@dataclass(frozen=True)
class Use:
    """A name where it is used; entries of lists are written services[].name, whichever entry it is."""

    name: str
    path: Path
    place: str
    by: Literal["template", "condition"] = "template"
    """The condition include_when may name what the document does not declare."""

    @property
    def root(self) -> str:
        """What stands before the first dot or bracket."""
        return self.name.partition(".")[0].partition("[")[0]


def used_names(document: DocumentTemplate) -> list[Use]:
    """Every use of a name, in both languages. Raises jinja2.TemplateSyntaxError where a template does not parse.

    Raises TemplateError as office_template does, and what `table_rows` raises for a table that cannot be read.
    """
    uses = [*_in_declaration(document)]
    for language in LANGUAGES:
        if document.declaration.kind != "pdf-form":
            uses += _in_office(document.template(language), language)
        if document.declaration.table:
            uses += _in_table(document.table(language))
    return uses


def data_used(document: DocumentTemplate, language: str) -> tuple[str, ...]:
    """Every name whose value the document is made of in a language, sorted.

    A list that is only gone through is written as name[#]: of it, the number of entries counts.
    Raises as `used_names` does.
    """
    sources = [f"{{{{ {expression} }}}}" for _, expression in _expressions(document) if expression]
    if document.declaration.kind != "pdf-form":
        sources += [part.source for part in office_template(document.template(language), language).parts]
    if document.declaration.table:
        _, *rows = table_rows(document.table(language))
        sources += [cell for row in rows for cell in row.cells]
    return tuple(sorted({name for source in sources for name in _precise(source)}))


def _precise(source: str) -> list[str]:
    walk = _PreciseWalk()
    walk.visit(environment("nb").parse(source), {})
    return [name for name, _ in walk.found]


def names_in(source: str) -> list[tuple[str, int]]:
    """The names that a Jinja source uses, each with its line; a name below another counts once, in full."""
    walk = _Walk()
    walk.visit(environment("nb").parse(source), {})
    return walk.found


def _in_office(path: Path, language: str) -> Iterator[Use]:
    for part in office_template(path, language).parts:
        for name, line in names_in(part.source):
            yield Use(name, path, str(part.placeholder(line)))


def _in_table(path: Path) -> Iterator[Use]:
    header, *rows = table_rows(path)
    for row in rows:
        for column, cell in zip(header.cells, row.cells, strict=False):
            for name, _ in names_in(cell):
                yield Use(name, path, f"{row.code}, {column}")


def _in_declaration(document: DocumentTemplate) -> Iterator[Use]:
    """The names in document.toml, but for those under needs."""
    path = document.file.path
    for key, expression in _expressions(document):
        for name in _in_expression(expression):
            yield Use(name, path, dotted(key))
    for name in _in_expression(document.declaration.include_when or ""):
        yield Use(name, path, "include_when", by="condition")


def _expressions(document: DocumentTemplate) -> list[tuple[Key, str]]:
    """What document.toml has printed, with its key."""
    declaration = document.declaration
    expressions: list[tuple[Key, str]] = [
        (("signatures", position, "name"), signature.name)
        for position, signature in enumerate(declaration.signatures)
        if signature.name
    ]
    if declaration.form:
        expressions += _in_form(declaration.form)
    expressions += [*_in_charts(declaration.charts), *_in_results(declaration.results)]
    if declaration.table:
        expressions += [(("table", "only", column), name) for column, name in declaration.table.only.items()]
    return expressions


def _in_form(form: Form) -> Iterator[tuple[Key, str]]:
    """The expressions of a form mapping; those of rows written as of the list's first entry."""
    for field, expression in form.fields.items():
        yield ("form", "fields", field), expression
    for position, rows in enumerate(form.rows):
        yield ("form", "rows", position, "list"), rows.list
        for field, expression in rows.fields.items():
            yield ("form", "rows", position, "fields", field), f"{rows.list}[0].{expression}"


def _in_charts(charts: list[Chart]) -> Iterator[tuple[Key, str]]:
    """The expressions of the charts' figures, written as of the list's first entry."""
    for position, chart in enumerate(charts):
        key: Key = ("charts", position)
        yield (*key, "list"), chart.list
        yield (*key, "category"), f"{chart.list}[0].{chart.category}"
        for number, series in enumerate(chart.series):
            yield (*key, "series", number, "value"), f"{chart.list}[0].{series.value}"


def _in_results(results: list[Results]) -> Iterator[tuple[Key, str]]:
    """The expressions of the results of formulas, likewise."""
    for position, one in enumerate(results):
        if one.list:
            yield ("results", position, "list"), one.list
        yield ("results", position, "value"), f"{one.list}[0].{one.value}" if one.list else one.value


def _in_expression(expression: str) -> list[str]:
    return [name for name, _ in names_in(f"{{{{ {expression} }}}}")] if expression else []


class _Walk:
    def __init__(self) -> None:
        self.found: list[tuple[str, int]] = []

    def visit(self, node: nodes.Node, scope: Scope) -> None:
        """Notes every name in a node; what a template sets holds for what follows it."""
        match node:
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                self._note(node, scope)
            case nodes.For():
                self._loop(node, scope)
            case nodes.Assign(target=nodes.Name(name=name)):
                self.visit(node.node, scope)
                scope[name] = self._name(node.node, scope)
            case _:
                for child in node.iter_child_nodes():
                    self.visit(child, scope)

    def _note(self, node: nodes.Expr, scope: Scope) -> None:
        name = self._name(node, scope)
        if name and not (isinstance(node, nodes.Name) and node.name in scope):
            self.found.append((name, node.lineno))
        inner: nodes.Node = node
        while isinstance(inner, nodes.Getattr | nodes.Getitem):
            if isinstance(inner, nodes.Getitem):
                self.visit(inner.arg, scope)
            inner = inner.node
        if not isinstance(inner, nodes.Name):
            self.visit(inner, scope)

    def _gone_through(self, node: nodes.Node, scope: Scope) -> None:
        """Notes the list of a loop."""
        self.visit(node, scope)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        self._gone_through(node.iter, scope)
        listed = self._name(node.iter, scope)
        targets = {one.name: "" for one in node.target.find_all(nodes.Name)}
        if isinstance(node.target, nodes.Name):
            targets = {node.target.name: f"{listed}[]" if listed else ""}
        inner = {**scope, **targets, "loop": ""}
        for child in [*([node.test] if node.test else []), *node.body]:
            self.visit(child, inner)
        for child in node.else_:
            self.visit(child, scope)

    def _name(self, node: nodes.Node, scope: Scope) -> str:
        """The full name that an expression stands for, or nothing where it is no plain name."""
        match node:
            case nodes.Name(name=name):
                return scope.get(name, name)
            case nodes.Getattr(node=inner, attr=last) | nodes.Getitem(node=inner, arg=nodes.Const(value=str(last))):
                above = self._name(inner, scope)
                return f"{above}.{last}" if above else ""
            case nodes.Getitem(node=inner):
                above = self._name(inner, scope)
                return f"{above}[]" if above else ""
        return ""


class _PreciseWalk(_Walk):
    """Tells a list that is only gone through, of which the length counts, from one that is used as a whole."""

    def _gone_through(self, node: nodes.Node, scope: Scope) -> None:
        name = self._name(node, scope)
        if name and name not in scope:
            self.found.append((f"{name}[#]", node.lineno))
        else:
            self.visit(node, scope)
