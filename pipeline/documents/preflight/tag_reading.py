"""Reads the structure tree of an open PDF: its elements, and what its parent tree says (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from pipeline.documents.preflight.facts import Element

_NAMES = """
    Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
    Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
    Figure Formula Form
"""
_STANDARD = frozenset(_NAMES.split())
"""ISO 32000-1, 14.8.4."""


class Tags:
    """The structure tree; empty where there is none. `pages` gives the number of a page by that of its object."""

    def __init__(self, pdf: pikepdf.Pdf, pages: Mapping[int, int]) -> None:
        root = pdf.Root.get(Name.StructTreeRoot)
        self._pages = pages
        self._seen: set[int] = set()
        roles = {} if root is None else entry(root, "/RoleMap") or {}
        self._roles = {name[1:]: str(role)[1:] for name, role in roles.items()}
        self.is_there = root is not None
        self.elements = () if root is None else tuple(self._below(root))
        self._parents = _parents(root)

    def owners(self, page: Any) -> dict[int, int]:
        """The number of the element that owns each piece of a page's marked content, by its id."""
        owners = self._parents.get(_key(page, "/StructParents"))
        if not isinstance(owners, Array):
            return {}
        return {mark: owner.objgen[0] for mark, owner in enumerate(owners.as_list()) if owner is not None}

    def owner(self, annotation: Any) -> int | None:
        """The number of the element that owns an annotation."""
        owner = self._parents.get(_key(annotation, "/StructParent"))
        return owner.objgen[0] if isinstance(owner, Dictionary) else None

    def _below(self, parent: Any) -> Iterator[Element]:
        for kid in _kids(parent):
            if kid.__class__ is not int and "/S" in kid and self._is_new(kid):
                yield self._element(kid)

    def _element(self, raw: Any) -> Element:
        page, tag = self._page(raw), str(raw["/S"])[1:]
        below, contents, objects = [], [], []
        for kid in _kids(raw):
            if kid.__class__ is int:
                contents.append((page, kid))
            elif "/S" in kid:
                below += [self._element(kid)] if self._is_new(kid) else []
            elif "/MCID" in kid:
                contents.append((self._page(kid) or page, int(kid["/MCID"])))
            elif "/Obj" in kid:
                objects.append(kid["/Obj"].objgen[0])
        alternative = str(entry(raw, "/Alt") or "")
        return Element(
            raw.objgen[0], tag, self._standard(tag), page, alternative, tuple(below), tuple(contents), tuple(objects)
        )

    def _is_new(self, element: Any) -> bool:
        """Whether an element was not met before, so that a tree that bites its tail ends."""
        number = element.objgen[0]
        if number in self._seen:
            return False
        if number:
            self._seen.add(number)
        return True

    def _page(self, holder: Any) -> int:
        return self._pages.get(holder["/Pg"].objgen[0], 0) if "/Pg" in holder else 0

    def _standard(self, tag: str) -> str:
        met: set[str] = set()
        while tag not in _STANDARD and tag in self._roles and tag not in met:
            met.add(tag)
            tag = self._roles[tag]
        return tag if tag in _STANDARD else ""


def entry(holder: Any, key: str) -> Any:
    """An entry of a dictionary, None where there is none; to ask before is much quicker than to miss."""
    return holder[key] if key in holder else None  # noqa: SIM401  # get is what misses slowly


def _kids(parent: Any) -> Iterable[Any]:
    kids = entry(parent, "/K")
    if kids is None:
        return []
    return kids.as_list() if kids.__class__ is not int and isinstance(kids, Array) else [kids]


def _parents(root: Any) -> dict[int, Any]:
    tree = None if root is None else entry(root, "/ParentTree")
    return {} if tree is None else dict(pikepdf.NumberTree(tree).items())


def _key(holder: Any, name: str) -> int:
    key = entry(holder, name)
    return -1 if key is None else int(key)
