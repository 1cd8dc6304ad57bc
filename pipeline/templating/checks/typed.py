"""Tells the placeholders of a text from the words its author typed around them."""

from __future__ import annotations

import re

from pipeline.templating.placeholders import TAG

_GAP = "\ufffc"
_CURLY = str.maketrans("‘’“”", "''\"\"")
_PRINTED_TEXT = re.compile(r"(?<![=!]=)(['\"]).*?\1")


def tags(text: str) -> list[str]:
    """Every placeholder and tag of a text as typed, in order."""
    return TAG.findall(text)


def prose(text: str) -> str:
    """The text with a mark that is no letter, figure or space in place of each placeholder."""
    return TAG.sub(_GAP, text)


def meaning(tag: str) -> str:
    """What a placeholder says in either language: without spaces and without the words that it prints itself."""
    return _PRINTED_TEXT.sub("''", "".join(tag.translate(_CURLY).split()))


def noun(tag: str) -> str:
    """What a message calls it."""
    return "placeholder" if tag.startswith("{{") else "tag"


def is_only_tags(text: str) -> bool:
    """Whether a text prints nothing: it has nothing but {% … %}."""
    return not prose(text).replace(_GAP, "").strip() and all(noun(tag) == "tag" for tag in tags(text))
