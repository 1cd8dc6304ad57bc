"""The door to docxtpl: a Word, PowerPoint or Excel template, prepared and compiled once, rendered many times."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from pipeline.errors import Problem, Spot, TemplateError
from pipeline.templating.draft_names import DRAFT
from pipeline.templating.environment import environment
from pipeline.templating.name_check import Fault, name_faults, shape_of
from pipeline.templating.names import Names
from pipeline.templating.office_archive import member
from pipeline.templating.office_format import CORE, FORMATS, Members, OfficeFormat
from pipeline.templating.placeholders import Placeholder, placeholders

_TAG_START = re.compile(r"(\{\{|\{%)([-+]?)")
_DRAWING_ID = re.compile(r'(<wp:docPr [^>]*?\bid=")\d+(")')
_PROPERTY_DATE = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_LEVEL = 3
"""How hard the changed parts are packed: a sixth larger than at 6, in half the time."""
_LARGEST = 50 * 1024 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    KeyError,
    ValueError,  # an address inside the file that cannot be
    EOFError,
    RuntimeError,  # a member with a password, or packed in a way zipfile does not know
)
"""What zipfile and lxml raise for a file that is no Office document, or is damaged."""


@dataclass(frozen=True)
class Part:
    """One part of the file with placeholders: its Jinja source holds the n-th placeholder on line n + 1."""

    name: str
    source: str
    placeholders: tuple[Placeholder, ...]
    """Where each stands, in order; empty when they cannot be told apart."""
    story: str = ""
    """What a person calls the part; empty where its name says it."""

    def placeholder(self, line: int) -> Placeholder:
        """The placeholder on a line of the source, else one that stands for the whole part."""
        index = line - 2
        if 0 <= index < len(self.placeholders):
            return self.placeholders[index]
        return Placeholder(Spot(self.name, story=self.story), "")


class OfficeTemplate:
    """A .docx, .pptx or .xlsx template in one language. Raises TemplateError when it is not what its name says."""

    def __init__(self, path: Path, language: str, raw: bytes) -> None:
        self.path = path
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self._environment = environment(language)
        self._language = language
        self._unchanged = io.BytesIO()
        """A ZIP of the members that no rendering changes; a rendering appends the others."""
        self._faultless: set[bytes] = set()
        """The shapes of names that were held against the template and had no fault."""
        self.format = FORMATS[path.suffix.removeprefix(".")]
        try:
            self.parts = self._read(zipfile.ZipFile(io.BytesIO(raw)))
        except _UNREADABLE as error:
            what, todo = not_whole(self.format)
            problem = Problem(path, 0, "", what, todo)
            raise TemplateError("A template cannot be read.", problems=[problem]) from error

    def problems(self, names: Names) -> list[Problem]:
        """Every name, filter and test in the template that there is not, each at its place."""
        shape = shape_of(names)
        if shape in self._faultless:
            return []
        found = list(self._problems(names))
        if not found:
            self._faultless.add(shape)
        return found

    def _problems(self, names: Names) -> Iterator[Problem]:
        filters, tests = set(self._environment.filters), set(self._environment.tests)
        for part, tree in zip(self.parts, self._trees, strict=True):
            faults = [tree] if isinstance(tree, Fault) else name_faults(tree, names, filters, tests)
            yield from (self._problem(part, fault) for fault in faults)

    @cached_property
    def _trees(self) -> list[nodes.Template | Fault]:
        return [self._parsed(part) for part in self.parts]

    def _parsed(self, part: Part) -> nodes.Template | Fault:
        try:
            return self._environment.parse(part.source)
        except TemplateSyntaxError as error:
            todo = "Close and nest the tags, and check their spelling."
            return Fault(error.lineno, f"{str(error.message).rstrip('.')}.", todo, "unbalanced-tags")

    def render(self, names: Names, date: datetime.date) -> bytes:
        """The merged file, the same bytes for the same names and date.

        Raises whatever a placeholder raises; `locate` tells which one it was. Raises TemplateError when a tag
        stands where it breaks the document.
        """
        merged = io.BytesIO(self._unchanged.getvalue())
        merged.seek(0, io.SEEK_END)
        with zipfile.ZipFile(merged, "a", zipfile.ZIP_DEFLATED) as archive:
            for part, template in zip(self.parts, self._compiled(DRAFT in names), strict=True):
                content = self._finished(part, template.render(names), date)
                archive.writestr(member(part.name), content, compresslevel=_LEVEL)
        return merged.getvalue()

    def locate(self, error: BaseException) -> tuple[Part, Placeholder] | None:
        """The part and placeholder whose rendering raised `error`."""
        names = {f"{self.path}!{part.name}": part for part in self.parts}
        found = None
        trace = error.__traceback__
        while trace:
            if part := names.get(trace.tb_frame.f_code.co_filename):
                found = part, part.placeholder(trace.tb_lineno)
            trace = trace.tb_next
        return found

    def _compiled(self, draft: bool) -> list[Template]:
        return self._compiled_for_drafts if draft else self._compiled_for_papers

    @cached_property
    def _compiled_for_papers(self) -> list[Template]:
        return [self._compile(part, self._environment) for part in self.parts]

    @cached_property
    def _compiled_for_drafts(self) -> list[Template]:
        return [self._compile(part, environment(self._language, draft=True)) for part in self.parts]

    def _compile(self, part: Part, jinja: SandboxedEnvironment) -> Template:
        tree: nodes.Template = jinja.parse(part.source)
        filename = f"{self.path}!{part.name}"
        code = jinja.compile(tree, filename=filename)
        template = Template.from_code(jinja, code, jinja.make_globals(None))
        template.filename = filename
        return template

    def _read(self, archive: zipfile.ZipFile) -> tuple[Part, ...]:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise zipfile.BadZipFile
        members = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
        archive.getinfo(self.format.body)
        texts = self.format.texts(members) | ({CORE: ""} if CORE in members else {})
        with zipfile.ZipFile(self._unchanged, "w", zipfile.ZIP_DEFLATED) as unchanged:
            for name in members:
                if name not in texts:
                    unchanged.writestr(member(name), self.format.settled(name, members))
        patcher = DocxTemplate(io.BytesIO())
        return tuple(self._part(name, story, members, patcher) for name, story in texts.items())

    def _part(self, name: str, story: str, members: Members, patcher: DocxTemplate) -> Part:
        tree = etree.fromstring(members[name] if name == CORE else self.format.opened(name, members))
        found = placeholders(name, tree, story)
        if name != CORE:
            tree = self.format.asked(tree)
        text = etree.tostring(tree, encoding="unicode").replace("\n", " ").replace("\t", " ")
        source = text if name == CORE else patcher.patch_xml(text)
        same_count = len(_TAG_START.findall(source)) == len(found)
        return Part(name, _TAG_START.sub(r"\1\2" + "\n", source), tuple(found) if same_count else (), story)

    def _finished(self, part: Part, text: str, date: datetime.date) -> bytes:
        if part.name == CORE:
            text = _PROPERTY_DATE.sub(rf"\g<1>{date}T00:00:00Z\2", text)
        elif self.format.suffix == "docx" and ("\n" in text or "\t" in text):
            text = DocxTemplate(io.BytesIO()).resolve_listing(text)
        if "<wp:docPr" in text:
            numbers = iter(range(1, text.count("<wp:docPr") + 1))
            text = _DRAWING_ID.sub(lambda match: f"{match[1]}{next(numbers)}{match[2]}", text)
        try:
            text = text if part.name == CORE else self.format.closed(text)
            content = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()
            ParserCreate().Parse(content, True)  # a third of the time of building a tree, or of minding namespaces
        except (etree.XMLSyntaxError, ExpatError) as error:
            what = "A tag stands where it breaks the document."
            todo = "Check that {%p %} and {%tr %} are opened and closed with the same letter, each alone in its place."
            problem = Problem(self.path, 0, part.name, what, todo)
            raise TemplateError("A template does not give a whole document.", problems=[problem]) from error
        return content

    def _problem(self, part: Part, fault: Fault) -> Problem:
        place = part.placeholder(fault.line)
        return Problem(self.path, 0, str(place), fault.what, fault.todo, place.spot, fault.rule)


def not_whole(format_: OfficeFormat) -> tuple[str, str]:
    """What is wrong with a file that is not of a format, and what to do."""
    return (
        f"The file is not a whole {format_.program} document.",
        f"Save it again from {format_.program} as .{format_.suffix}.",
    )


def office_template(path: Path, language: str) -> OfficeTemplate:
    """The template at `path`, prepared once per process for each content."""
    try:
        return _prepared(path, language, path.read_bytes())
    except OSError as error:
        problem = Problem(path, 0, "", f"The template cannot be read ({error.strerror}).", "Check the file.")
        raise TemplateError("A template cannot be read.", problems=[problem]) from error


@lru_cache(maxsize=256)
def _prepared(path: Path, language: str, raw: bytes) -> OfficeTemplate:
    return OfficeTemplate(path, language, raw)
