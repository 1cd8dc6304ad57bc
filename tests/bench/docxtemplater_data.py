"""Turns the tags of a template, in their order, into docxtemplater's tags and a Jinja text that gives their data.

docxtemplater has sections and values where Jinja has conditions, loops, filters and reckoning. So each tag becomes a
numbered name, and what it stands for is worked out by our own environment and handed over as finished text:

    {% if a %}{{ b | date }}{% else %}none{% endif %}
    {#c1}{v2}{/c1}{#c3}none{/c3}
    {"c1": {"v2": "1. mars 2027"}, "c3": false}
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.templating.environment import environment
from pipeline.templating.names import Names

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_PARTS = re.compile(r"\{([{%])\s*(?:(p|tr) )?\s*(.*?)\s*[}%]\}")


@dataclass(frozen=True)
class Section:
    """Where a section opens or closes."""

    name: str
    opens: bool

    def __str__(self) -> str:
        return f"{'+' if self.opens else '-'}{self.name}"


@dataclass(frozen=True)
class Tag:
    """A tag as it was typed: the unit that it takes away (p, tr, or empty for none), and its words."""

    unit: str
    is_value: bool
    words: str


def read_tag(typed: str) -> Tag:
    """The parts of a tag."""
    match = _PARTS.fullmatch(typed)
    if match is None:
        raise ValueError(f"{typed!r} is no tag that can be rewritten")
    return Tag(match[2] or "", match[1] == "{", match[3])


@dataclass(frozen=True)
class _Open:
    """A section that is open."""

    name: str
    ending: str
    """What ends its data."""
    earlier: tuple[str, ...] = ()
    """The conditions of the branches so far."""
    loop: str = ""
    """What a loop goes over."""


@dataclass
class DataText:
    """Takes the tags of a template one by one and grows the Jinja text that gives their data as JSON."""

    _written: list[str] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _count: int = 0

    def value(self, tag: Tag) -> str:
        """The name of the value that the tag prints."""
        name = self._name("v")
        self._written.append(f'"{name}":{{{{ ({tag.words}) | _text }}}},')
        return name

    def block(self, tag: Tag) -> list[Section]:
        """The sections that close and open where the tag stands, in this order."""
        word, _, rest = tag.words.partition(" ")
        if word == "for":
            return [self._loop(rest)]
        if word == "if":
            return [self._branch(rest, ())]
        last = self._open.pop()
        self._written.append(last.ending)
        closed = Section(last.name, opens=False)
        if word in {"elif", "else"}:
            return [closed, self._none_of(last.loop) if last.loop else self._branch(rest or "true", last.earlier)]
        return [closed]

    def data(self, names: Names, language: str) -> Any:
        """The data of a municipality. Raises what a placeholder raises."""
        plain = environment(language).overlay(autoescape=False)
        plain.filters = {**plain.filters, "_text": lambda value: json.dumps(str(value))}
        return json.loads(plain.from_string("{" + "".join(self._written) + '"_":0}').render(names))

    def _loop(self, words: str) -> Section:
        begin = f"[{{% for {words} %}}{{% if not loop.first %}},{{% endif %}}{{"
        return self._opened("l", begin, _Open("", '"_":0}{% endfor %}],', loop=words))

    def _none_of(self, words: str) -> Section:
        begin = f"{{% for {words} %}}{{% if loop.first %}}false{{% endif %}}{{% else %}}{{"
        return self._opened("c", begin, _Open("", '"_":0}{% endfor %},'))

    def _branch(self, words: str, earlier: tuple[str, ...]) -> Section:
        condition = " and ".join([*(f"not ({one})" for one in earlier), f"({words})"])
        ending = '"_":0}{% else %}false{% endif %},'
        return self._opened("c", f"{{% if {condition} %}}{{", _Open("", ending, (*earlier, words)))

    def _opened(self, kind: str, begin: str, one: _Open) -> Section:
        name = self._name(kind)
        self._written.append(f'"{name}":{begin}')
        self._open.append(replace(one, name=name))
        return Section(name, opens=True)

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"
