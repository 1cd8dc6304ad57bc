"""Holds the names and filters that a template uses against those there are, without rendering it."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any

from jinja2 import nodes

from pipeline.templating.missing import Missing
from pipeline.templating.names import Names


@dataclass(frozen=True)
class Fault:
    """What is wrong on a line of a template's source, and what to do about it."""

    line: int
    what: str
    todo: str
    rule: str = "unknown-name"
    """The name of the check that found it."""


class _Unknown:
    """A value that only rendering can tell, such as an item of an empty list."""


_UNKNOWN = _Unknown()
NEEDS = "Check the spelling, and that document.toml names it in needs."


def name_faults(
    tree: nodes.Template, names: Names, filters: set[str], tests: set[str], advice: str = NEEDS
) -> list[Fault]:
    """Every unknown name, filter and test in a parsed template; a name below an absent or missing fact passes.

    `advice` is what to do about a name that resembles none.
    """
    check = _Check(names, filters, tests, advice)
    check.visit_all(tree.body, {})
    return check.faults


def shape_of(names: Names) -> bytes:
    """A digest of all that the check heeds of names: which there are, what is absent, and the first of each list.

    Names of the same shape have the same faults. A whole country has hundreds of shapes; the digest keeps them small.
    """
    return blake2b(marshal.dumps([(name, _digest(value)) for name, value in names.items()], 2)).digest()


_DIGESTS: dict[int, tuple[Any, bytes]] = {}
"""The latest tables by identity, which a municipality's documents share; to hold them keeps the identity theirs."""
_MOST_DIGESTS = 64


def _digest(value: Any) -> bytes:
    known = _DIGESTS.get(id(value))
    if known:
        return known[1]
    digest = blake2b(marshal.dumps(_shape(value), 2), digest_size=16).digest()
    if len(_DIGESTS) == _MOST_DIGESTS:
        _DIGESTS.clear()
    _DIGESTS[id(value)] = (value, digest)
    return digest


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((name, _shape(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return ("list", _shape(value[0])) if value else "empty"
    return None if value is None else "value"


class _Check:
    def __init__(self, names: Names, filters: set[str], tests: set[str], advice: str) -> None:
        self.names, self.filters, self.tests, self.advice = names, filters, tests, advice
        self.faults: list[Fault] = []

    def visit_all(self, body: Iterable[nodes.Node], scope: Names) -> None:
        for node in body:
            self.value(node, scope)

    def value(self, node: nodes.Node, scope: Names) -> Any:
        """The example value of an expression, faults noted on the way."""
        match node:
            case nodes.Name(name=name):
                return self._root(node, name, scope)
            case nodes.Getattr(node=inner, attr=name):
                return self._below(node, self.value(inner, scope), name)
            case nodes.Getitem(node=inner, arg=nodes.Const(value=str(name))):
                return self._below(node, self.value(inner, scope), name)
            case nodes.For():
                self._loop(node, scope)
            case nodes.Assign(target=nodes.Name(name=name)):
                scope[name] = self.value(node.node, scope)
            case nodes.Filter(name=name):
                self._known(node, "filter", name, self.filters)
                self.visit_all(node.iter_child_nodes(), scope)
            case nodes.Test(name=name):
                self._known(node, "test", name, self.tests)
                self.visit_all(node.iter_child_nodes(), scope)
            case _:
                self.visit_all(node.iter_child_nodes(), scope)
        return _UNKNOWN

    def _root(self, node: nodes.Node, name: str, scope: Names) -> Any:
        if name in scope:
            return scope[name]
        if name not in self.names:
            self._note(node, f"There is no name {name!r} here.", _hint(name, [*self.names, *scope], self.advice))
        return self.names.get(name, _UNKNOWN)

    def _below(self, node: nodes.Node, value: Any, name: str) -> Any:
        if value is None or value is _UNKNOWN or isinstance(value, Missing):
            return _UNKNOWN
        if isinstance(value, dict) and name in value:
            return value[name]
        known = list(value) if isinstance(value, dict) else []
        self._note(node, f"There is no {name!r} in {_typed(node)}.", _hint(name, known, self.advice))
        return _UNKNOWN

    def _loop(self, node: nodes.For, scope: Names) -> None:
        items = self.value(node.iter, scope)
        item = items[0] if isinstance(items, list) and items else _UNKNOWN
        targets = [target.name for target in node.target.find_all(nodes.Name)]
        if isinstance(node.target, nodes.Name):
            targets = [node.target.name]
        inner = {**scope, **dict.fromkeys(targets, item if len(targets) == 1 else _UNKNOWN), "loop": _UNKNOWN}
        self.visit_all([*([node.test] if node.test else []), *node.body, *node.else_], inner)

    def _known(self, node: nodes.Node, kind: str, name: str, known: set[str]) -> None:
        if name not in known:
            self._note(node, f"There is no {kind} {name!r}.", _hint(name, sorted(known), "Check the spelling."))

    def _note(self, node: nodes.Node, what: str, todo: str) -> None:
        self.faults.append(Fault(node.lineno, what, todo))


def _typed(node: nodes.Node) -> str:
    """The dotted name below which something is missing, as its author typed it."""
    inner = getattr(node, "node", None)
    names = []
    while isinstance(inner, nodes.Getattr):
        names.append(inner.attr)
        inner = inner.node
    names.append(inner.name if isinstance(inner, nodes.Name) else "this")
    return ".".join(reversed(names))


def _hint(name: str, known: list[str], otherwise: str) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else otherwise
