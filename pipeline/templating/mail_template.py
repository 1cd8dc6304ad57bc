"""Reads the words of a mail, a text file with its subject on the first line, and fills its placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from jinja2 import Environment, Template, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError

from pipeline.errors import MergeError, Problem, TemplateError
from pipeline.templating.environment import MissingValueError, environment
from pipeline.templating.name_check import name_faults
from pipeline.templating.names import Names

_SUBJECT = re.compile(r"Emne:[ \t]*(?P<subject>\S.*)")
_ONLY_TAGS = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)
_LAST_END = re.compile(r"\s*(-?%\})[ \t]*$")
_GAPS = re.compile(r"\n{3,}")
_ADVICE = "Check the spelling; docs/fields.md and docs/authoring.md have every name."
_NOT_FILLED = (MissingValueError, JinjaError, TypeError, AttributeError, ValueError, ArithmeticError)


@dataclass(frozen=True)
class MailText:
    """The words of a mail as they are sent."""

    subject: str
    """On one line."""
    body: str
    """Lines that end with a line feed; each paragraph is one line."""


@dataclass(frozen=True)
class MailTemplate:
    """The words of a mail in one language, as a file holds them."""

    path: Path
    language: str
    source: str

    def problems(self, names: Names) -> list[Problem]:
        """All that is wrong with it, each on its line: no subject, a tag that does not parse, a name there is not."""
        if not self._subject:
            return [Problem(self.path, 1, "", _NO_SUBJECT[0], _NO_SUBJECT[1], rule="mail-subject")]
        return [problem for source in self._sources for problem in self._faults(source, names)]

    def render(self, names: Names) -> MailText:
        """The mail for these names. Raises MergeError with the place where a fact is absent or cannot be written.

        To be called where `problems` finds none.
        """
        try:
            subject, body = (template.render(names) for template in self._compiled)
        except _NOT_FILLED as error:
            raise MergeError("The words of a mail cannot be filled.", problems=[self._unfilled(error)]) from error
        lines = "\n".join(line.rstrip() for line in body.splitlines()).strip("\n")
        return MailText(" ".join(subject.split()), _GAPS.sub("\n\n", lines) + "\n")

    @property
    def _jinja(self) -> Environment:
        return environment(self.language).overlay(autoescape=False)

    @cached_property
    def _subject(self) -> str:
        found = _SUBJECT.match(self.source)
        return found["subject"] if found else ""

    @property
    def _sources(self) -> tuple[str, str]:
        """The subject and the text, each with its lines where the file has them.

        A line of nothing but tags takes its line feed into the last one, so that it leaves no blank line behind.
        """
        body = "\n" + self.source.partition("\n")[2]
        return self._subject, _ONLY_TAGS.sub(lambda match: _LAST_END.sub("\n\\1", match[1]), body)

    @cached_property
    def _compiled(self) -> tuple[Template, ...]:
        jinja, made = self._jinja, []
        for source in self._sources:
            template = Template.from_code(jinja, jinja.compile(source, filename=str(self.path)), {})
            template.filename = str(self.path)
            made.append(template)
        return tuple(made)

    def _faults(self, source: str, names: Names) -> Iterator[Problem]:
        jinja = self._jinja
        try:
            tree = jinja.parse(source)
        except TemplateSyntaxError as error:
            what, todo = f"{str(error.message).rstrip('.')}.", "Close and nest the tags, and check their spelling."
            yield Problem(self.path, error.lineno, "", what, todo, rule="tag-syntax")
            return
        for fault in name_faults(tree, names, set(jinja.filters), set(jinja.tests), _ADVICE):
            yield Problem(self.path, fault.line, "", fault.what, fault.todo, rule=fault.rule)

    def _unfilled(self, error: Exception) -> Problem:
        """On which line it was, and why."""
        line, trace = 0, error.__traceback__
        while trace:
            line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == str(self.path) else line
            trace = trace.tb_next
        if isinstance(error, MissingValueError):
            what = "This fact is absent for the municipality, or is a list or table and not a value."
            return Problem(self.path, line, "", what, "Guard it with {% if … %}.")
        what = f"The value cannot be written: {str(error).rstrip('.')}."
        return Problem(self.path, line, "", what, "Check the filter and the kind of value it takes.")


_NO_SUBJECT = ("The first line has no subject.", "Begin the file with «Emne: » and the subject on the same line.")


def mail_template(folder: Path, language: str) -> MailTemplate:
    """The words of a mail in a language, `folder`/nb.txt or nn.txt. Raises TemplateError where they cannot be read."""
    path = folder / f"{language}.txt"
    try:
        return _template(path, language, path.read_bytes())
    except OSError as error:
        todo = "Put it there, or take the mail out of the package file."
        problem = Problem(path, 0, "", f"The words of this mail cannot be read ({error.strerror}).", todo)
    except UnicodeDecodeError:
        problem = Problem(path, 0, "", "The file is not UTF-8 text.", "Save it again with the encoding UTF-8.")
    raise TemplateError("The words of a mail cannot be read.", problems=[problem])


@lru_cache(maxsize=64)
def _template(path: Path, language: str, raw: bytes) -> MailTemplate:
    """Read once for each content, so that it is compiled once for all municipalities."""
    return MailTemplate(path, language, "\n".join(raw.decode("utf-8-sig").splitlines()) + "\n")
