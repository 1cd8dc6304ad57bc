"""The door to docxtpl: a Word template, prepared and compiled once, rendered many times."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateSyntaxError, nodes
from lxml import etree

from pipeline.errors import Problem, Spot, TemplateError
from pipeline.templating.environment import environment
from pipeline.templating.name_check import Fault, name_faults
from pipeline.templating.names import Names
from pipeline.templating.placeholders import Placeholder, placeholders

_MERGED_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml|docProps/core\.xml")
_TAG_START = re.compile(r"(\{\{|\{%)([-+]?)")
_DRAWING_ID = re.compile(r'(<wp:docPr [^>]*?\bid=")\d+(")')
_PROPERTY_DATE = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_LARGEST = 50 * 1024 * 1024
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    KeyError,
    ValueError,  # an address inside the file that cannot be
    EOFError,
    RuntimeError,  # a member with a password, or packed in a way zipfile does not know
)
"""What zipfile and lxml raise for a file that is no Word document, or is damaged."""


@dataclass(frozen=True)
class Part:
    """One part of the file with placeholders: its Jinja source holds the n-th placeholder on line n + 1."""

    name: str
    source: str
    placeholders: tuple[Placeholder, ...]
    """Where each stands, in order; empty when they cannot be told apart."""

    def placeholder(self, line: int) -> Placeholder:
        """The placeholder on a line of the source, else one that stands for the whole part."""
        index = line - 2
        if 0 <= index < len(self.placeholders):
            return self.placeholders[index]
        return Placeholder(Spot(self.name), "")


class WordTemplate:
    """A .docx template in one language. Raises TemplateError when the file is not a Word document."""

    def __init__(self, path: Path, language: str, raw: bytes) -> None:
        self.path = path
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self._environment = environment(language)
        self._unchanged = io.BytesIO()
        """A ZIP of the members that no rendering changes; a rendering appends the others."""
        try:
            self.parts = self._read(zipfile.ZipFile(io.BytesIO(raw)))
        except _UNREADABLE as error:
            what, todo = "The file is not a whole Word document.", "Save it again from Word as .docx."
            problem = Problem(path, 0, "", what, todo)
            raise TemplateError("A template cannot be read.", problems=[problem]) from error

    def problems(self, names: Names) -> list[Problem]:
        """Every name, filter and test in the template that there is not, each at its place."""
        faults = []
        filters, tests = set(self._environment.filters), set(self._environment.tests)
        for part in self.parts:
            try:
                tree = self._environment.parse(part.source)
            except TemplateSyntaxError as error:
                what = f"{str(error.message).rstrip('.')}."
                todo = "Close and nest the tags, and check their spelling."
                faults.append((part, Fault(error.lineno, what, todo, "unbalanced-tags")))
            else:
                faults += [(part, fault) for fault in name_faults(tree, names, filters, tests)]
        return [self._problem(part, fault) for part, fault in faults]

    def render(self, names: Names, date: datetime.date) -> bytes:
        """The merged .docx, the same bytes for the same names and date.

        Raises whatever a placeholder raises; `locate` tells which one it was. Raises TemplateError when a tag
        stands where it breaks the document.
        """
        merged = io.BytesIO(self._unchanged.getvalue())
        merged.seek(0, io.SEEK_END)
        with zipfile.ZipFile(merged, "a", zipfile.ZIP_DEFLATED) as archive:
            for part, template in zip(self.parts, self._compiled, strict=True):
                text = self._finished(part, template.render(names), date)
                archive.writestr(_member(part.name), text)
        return merged.getvalue()

    def locate(self, error: BaseException) -> tuple[Part, Placeholder] | None:
        """The part and placeholder whose rendering raised `error`."""
        names = {template.filename: part for part, template in zip(self.parts, self._compiled, strict=True)}
        found = None
        trace = error.__traceback__
        while trace:
            if part := names.get(trace.tb_frame.f_code.co_filename):
                found = part, part.placeholder(trace.tb_lineno)
            trace = trace.tb_next
        return found

    @cached_property
    def _compiled(self) -> list[Template]:
        return [self._compile(part) for part in self.parts]

    def _compile(self, part: Part) -> Template:
        tree: nodes.Template = self._environment.parse(part.source)
        filename = f"{self.path}!{part.name}"
        code = self._environment.compile(tree, filename=filename)
        template = Template.from_code(self._environment, code, self._environment.make_globals(None))
        template.filename = filename
        return template

    def _read(self, archive: zipfile.ZipFile) -> tuple[Part, ...]:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise zipfile.BadZipFile
        archive.getinfo("word/document.xml")
        patcher = DocxTemplate(io.BytesIO())
        parts = []
        with zipfile.ZipFile(self._unchanged, "w", zipfile.ZIP_DEFLATED) as unchanged:
            for member in archive.infolist():
                content = archive.read(member)
                if _MERGED_PART.fullmatch(member.filename):
                    parts.append(_part(member.filename, content, patcher))
                elif not member.is_dir():
                    unchanged.writestr(_member(member.filename), content)
        return tuple(parts)

    def _finished(self, part: Part, text: str, date: datetime.date) -> str:
        if part.name == "docProps/core.xml":
            text = _PROPERTY_DATE.sub(rf"\g<1>{date}T00:00:00Z\2", text)
        elif "\n" in text or "\t" in text:
            text = DocxTemplate(io.BytesIO()).resolve_listing(text)
        if "<wp:docPr" in text:
            numbers = iter(range(1, text.count("<wp:docPr") + 1))
            text = _DRAWING_ID.sub(lambda match: f"{match[1]}{next(numbers)}{match[2]}", text)
        try:
            etree.fromstring(text.encode())
        except etree.XMLSyntaxError as error:
            what = "A tag stands where it breaks the document."
            todo = "Check that {%p %} and {%tr %} are opened and closed with the same letter, each alone in its place."
            problem = Problem(self.path, 0, part.name, what, todo)
            raise TemplateError("A template does not give a whole document.", problems=[problem]) from error
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'

    def _problem(self, part: Part, fault: Fault) -> Problem:
        place = part.placeholder(fault.line)
        return Problem(self.path, 0, str(place), fault.what, fault.todo, place.spot, fault.rule)


def word_template(path: Path, language: str) -> WordTemplate:
    """The template at `path`, prepared once per process for each content."""
    try:
        return _prepared(path, language, path.read_bytes())
    except OSError as error:
        problem = Problem(path, 0, "", f"The template cannot be read ({error.strerror}).", "Check the file.")
        raise TemplateError("A template cannot be read.", problems=[problem]) from error


@lru_cache(maxsize=256)
def _prepared(path: Path, language: str, raw: bytes) -> WordTemplate:
    return WordTemplate(path, language, raw)


def _part(name: str, content: bytes, patcher: DocxTemplate) -> Part:
    tree = etree.fromstring(content)
    found = placeholders(name, tree)
    text = etree.tostring(tree, encoding="unicode").replace("\n", " ").replace("\t", " ")
    source = text if name == "docProps/core.xml" else patcher.patch_xml(text)
    same_count = len(_TAG_START.findall(source)) == len(found)
    return Part(name, _TAG_START.sub(r"\1\2" + "\n", source), tuple(found) if same_count else ())


def _member(name: str) -> zipfile.ZipInfo:
    """A member with a fixed date and mode, so that the same content gives the same bytes everywhere."""
    info = zipfile.ZipInfo(name, _ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
