"""Checks the tags of a Word template: whether docxtpl reads them as meant, and whether they open and close in step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import TemplateSyntaxError
from lxml import etree

from pipeline.errors import Problem
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.tag_reading import (
    BLOCKS,
    PREFIXES,
    UNITS,
    Tag,
    around,
    find_tags,
    line,
    own,
    pairing,
    stories,
    tags,
    text_in,
    without_tags,
)
from pipeline.templating.environment import environment
from pipeline.templating.places import W, first_words

_STRAY = re.compile(r"\}\}|%\}")
_CELL_TAGS = {"vm", "hm", "cellbg", "colspan"}
"""Tags of docxtpl's own; they shape the cell they stand in."""
_NOT_TEXT = tuple(f"{W}{name}" for name in ("drawing", "pict", "object", "footnoteReference", "endnoteReference"))
_DROPPING = {"beside-tag", "two-tags", "tag-dash", "value-prefix", "deleted-tag", "mixed-prefixes"}
"""Rules whose faults docxtpl passes over in silence; the other faults stop a merging by themselves."""
_SMART_QUOTES = str.maketrans("“”‘’", "\"\"''")
"""Those that docxtpl makes straight; others are left to Jinja to refuse."""


class _Fault(NamedTuple):
    rule: str
    what: str
    todo: str


@lru_cache(maxsize=256)
def dropped_by_tags(path: Path, language: str, _sha256: str) -> tuple[Problem, ...]:
    """What merging would drop without a word, such as text beside a paragraph tag; read once for each content."""
    return tuple(one for one in tag_problems(OfficeFile(path, language, path.read_bytes())) if one.rule in _DROPPING)


def tag_problems(file: OfficeFile) -> list[Problem]:
    """Every tag that is broken, out of place or out of step; tags split over runs and curved quotes are no fault."""
    found = list(tags(file))
    faults = [(tag, fault) for tag in found if (fault := _own_fault(tag, file.language))]
    faults += [*_units(found), *_balance(found)]
    problems = [file.problem(tag.paragraph.spot, *fault, first_words(tag.typed)) for tag, fault in faults]
    return [*problems, *_stray_brackets(file), *_deleted(file)]


def _own_fault(tag: Tag, language: str) -> _Fault | None:
    """The first thing that is wrong with a tag by itself."""
    return _form(tag) or _prefix(tag) or _place(tag) or _syntax(tag, language)


def _form(tag: Tag) -> _Fault | None:
    if not tag.typed.endswith(tag.end):
        what = f"{tag.typed[:2]} has no {tag.end} in this paragraph."
        return _Fault("unclosed-tag", what, f"Write {tag.end} where the tag ends.")
    if line(tag.first) is not line(tag.last):
        what = "The tag lies partly in a link, a tracked change or a content control."
        return _Fault("torn-tag", what, "Type the whole tag inside it or outside it.")
    if tag.typed.startswith("{%-") or tag.typed.endswith("-%}"):
        return _Fault("tag-dash", "The dash makes text beside the tag vanish.", "Take the dash out.")
    return None


def _prefix(tag: Tag) -> _Fault | None:
    if tag.prefix and tag.typed.startswith("{{"):
        what = f"A value with {tag.prefix} before it is not shown."
        return _Fault("value-prefix", what, f"Take {tag.prefix} out; before a name that begins so, put a space.")
    if tag.prefix and tag.prefix not in PREFIXES:
        what = f"There is no prefix {tag.prefix}."
        return _Fault("unknown-prefix", what, "Use p for paragraphs, tr for table rows, none within a sentence.")
    if tag.prefix and not tag.heeds_prefix:
        todo = f"Begin with {{%{tag.prefix} and a space, and use neither % nor }} within the tag."
        return _Fault("prefix-form", f"The prefix {tag.prefix} is not understood the way it stands.", todo)
    return None


def _place(tag: Tag) -> _Fault | None:
    if tag.unit is None:
        what = f"A tag with {tag.prefix} stands in no {UNITS[tag.prefix]}."
        return _Fault("tag-place", what, f"Move it into a {UNITS[tag.prefix]} of its own, or use p.")
    if tag.word in _CELL_TAGS and around(tag.first, "tc") is None:
        return _Fault("tag-place", f"The tag {tag.word} stands in no table cell.", "Move it into the cell it is for.")
    return None


def _syntax(tag: Tag, language: str) -> _Fault | None:
    """What Jinja cannot read in the tag, taken by itself."""
    if tag.word in _CELL_TAGS:
        return None
    source = tag.typed.translate(_SMART_QUOTES)
    source = source[:2] + source[2:].removeprefix(tag.prefix)
    if tag.opens:
        source += f"{{% end{tag.word} %}}"
    elif tag.word in {"elif", "else"}:
        source = f"{{% if a %}}{source}{{% endif %}}"
    elif tag.word.startswith("end"):
        source = BLOCKS.get(tag.word.removeprefix("end"), "") + source
    try:
        environment(language).parse(source)
    except TemplateSyntaxError as error:
        reason = re.sub(r"( at \d+)?\.?$", "", str(error.message))
        return _Fault("tag-syntax", f"The tag cannot be read: {reason}.", "Check its spelling, quotes and operators.")
    return None


def _units(found: list[Tag]) -> Iterator[tuple[Tag, _Fault]]:
    """What stands in a paragraph, row or cell that goes away with its tag."""
    groups: dict[etree._Element, list[Tag]] = {}
    for tag in found:
        if tag.prefix in UNITS and tag.heeds_prefix and tag.unit is not None:
            groups.setdefault(tag.unit, []).append(tag)
    for unit, inside in groups.items():
        name = UNITS[inside[0].prefix]
        if len(inside) > 1:
            what = f"This is tag number 2 with {inside[1].prefix} in one {name}, and only one of them works."
            yield inside[1], _Fault("two-tags", what, f"Give each a {name} of its own.")
        if lost := _beside(unit, inside):
            yield inside[0], _Fault("beside-tag", f"{lost} goes away with the tag.", f"Move it to another {name}.")


def _beside(unit: etree._Element, inside: list[Tag]) -> str:
    """What a unit holds besides its tags, in words; empty when it holds nothing."""
    text = text_in([unit])
    for tag in inside:
        text = text.replace(tag.typed, "", 1)
    if text.strip():
        return f"«{first_words(text.strip())}»"
    return "A picture or note beside it" if next(unit.iter(*_NOT_TEXT), None) is not None else ""


def _balance(found: list[Tag]) -> Iterator[tuple[Tag, _Fault]]:
    for story in stories(found):
        pairs, stray, left = pairing(story)
        for tag in stray:
            what = f"Nothing is open here that {tag.word} could belong to."
            yield tag, _Fault("unbalanced-tags", what, "Take it out, or add the tag that opens.")
        for tag in left:
            todo = f"Add {{%{tag.prefix} end{tag.word} %}} where it is to end."
            yield tag, _Fault("unbalanced-tags", f"Nothing closes this {tag.word}.", todo)
        for opener, other in pairs:
            if fault := _pair_fault(opener, other):
                yield other, fault


def _pair_fault(opener: Tag, other: Tag) -> _Fault | None:
    if not {opener.prefix, other.prefix} <= {"", *PREFIXES} or opener.unit is None or other.unit is None:
        return None  # told of each tag by itself
    begun = first_words(opener.typed)
    if opener.prefix != other.prefix:
        todo = f"Write {{%{opener.prefix} {other.word} … %}}." if other.word == "elif" else ""
        todo = todo or f"Write {{%{opener.prefix} {other.word} %}}."
        return _Fault("mixed-prefixes", f"This belongs to {begun}, which has another prefix.", todo)
    if opener.container is not other.container:
        what = f"This belongs to {begun}, which stands in another table, cell or piece of text."
        return _Fault("tags-apart", what, "Open and close in the same one.")
    return None


def _stray_brackets(file: OfficeFile) -> Iterator[Problem]:
    for paragraph in file.paragraphs:
        if stray := _STRAY.search(without_tags(text_in(own(paragraph.element)))):
            what = f"{stray[0]} stands here without a beginning."
            yield file.problem(
                paragraph.spot, "stray-brackets", what, "Take it out, or begin the tag in this paragraph."
            )


def _deleted(file: OfficeFile) -> Iterator[Problem]:
    """Tags in text that a tracked change deleted: the fact would be written there, for the recipient to find."""
    for paragraph in file.paragraphs:
        for match in find_tags(text_in(own(paragraph.element, "delText"))):
            what = "The tag is deleted with tracked changes, but is still filled in, out of sight."
            yield file.problem(
                paragraph.spot, "deleted-tag", what, "Accept the change.", first_words(match[0].rstrip())
            )
