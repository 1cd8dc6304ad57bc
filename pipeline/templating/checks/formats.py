"""Says the same problems to a person, to GitHub's annotations, to code scanning and to other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pipeline
from pipeline.errors import Problem, Spot

Kind = Literal["text", "github", "sarif", "json"]

_TOOL = "make check"
_NO_RULE = "problem"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*")


def formatted(problems: Sequence[Problem], kind: Kind) -> str:
    """The problems in one of four formats, each once, in the order of files, lines and paragraphs.

    There is no line end at the end, and the same problems in any order give the same text.

    - text: the problems of each file under its path, a line each, and a sentence that counts them.
    - github: a workflow command for each, which GitHub shows at the file; nothing where there is no problem.
    - sarif: SARIF 2.1.0 for code scanning and editors.
    - json: a list with an object for each: file, line, place, part, paragraph, table, row, column, rule, what, todo.
      Numbers count from 1 and are 0 where there is none; texts are empty where there is none.
    """
    ordered = _ordered(problems)
    if kind == "text":
        return _text(ordered)
    if kind == "github":
        return "\n".join(_workflow_command(problem) for problem in ordered)
    if kind == "sarif":
        return _json(_sarif(ordered))
    return _json([_plain(problem) for problem in ordered])


def _ordered(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once; in a Word file by the paragraph's number, not by its place in words."""
    by_place = {
        (
            problem.path.as_posix(),
            problem.line,
            problem.spot or Spot(""),
            problem.place,
            problem.rule,
            problem.what,
            problem.todo,
        ): problem
        for problem in problems
    }
    return [by_place[place] for place in sorted(by_place)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


# For a person


def _text(problems: Sequence[Problem]) -> str:
    if not problems:
        return "No problems."
    lines = []
    files = 0
    for path, group in groupby(problems, key=lambda problem: problem.path):
        files += 1
        lines += [str(path), *(f"  {_one_line(problem)}" for problem in group), ""]
    return "\n".join([*lines, f"{_count(len(problems), 'problem')} in {_count(files, 'file')}."])


def _one_line(problem: Problem) -> str:
    where = ", ".join(part for part in (f"line {problem.line}" if problem.line else "", problem.place) if part)
    rule = f" [{problem.rule}]" if problem.rule else ""
    return _LINE_ENDS.sub(" ", f"{where}: {_said(problem)}{rule}" if where else f"{_said(problem)}{rule}")


def _said(problem: Problem) -> str:
    return f"{problem.what} {problem.todo}".strip()


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


# For GitHub's annotations


def _workflow_command(problem: Problem) -> str:
    """An annotation on the file, as the runner reads it (github.com/actions/runner, ActionCommand.TryParseV2).

    GitHub shows no annotation without a line, so a problem without one stands on the first.
    """
    line, title = problem.line or 1, problem.rule or _NO_RULE
    message = f"{problem.place}: {_said(problem)}" if problem.place else _said(problem)
    file = _escaped_property(_relative(problem.path).as_posix())
    return f"::error file={file},line={line},title={_escaped_property(title)}::{_escaped(message)}"


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(value: str) -> str:
    return _escaped(value).replace(":", "%3A").replace(",", "%2C")


def _relative(path: Path) -> Path:
    """The path from the folder the command runs in, where it lies below it; GitHub looks for it there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


# For code scanning


def _sarif(problems: Sequence[Problem]) -> Mapping[str, Any]:
    """A log with one run (SARIF 2.1.0, 3.13 and 3.14)."""
    rules = sorted({problem.rule or _NO_RULE for problem in problems})
    driver = {"name": _TOOL, "version": pipeline.__version__, "rules": [_rule(rule) for rule in rules]}
    results = [_result(problem, rules) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"version": "2.1.0", "$schema": _SCHEMA, "runs": [run]}


def _rule(rule: str) -> Mapping[str, Any]:
    """A rule as it is named (SARIF 2.1.0, 3.49: a stable id and one sentence)."""
    words = rule.replace("-", " ")
    return {"id": rule, "shortDescription": {"text": f"{words[:1].upper()}{words[1:]}."}}


def _result(problem: Problem, rules: Sequence[str]) -> Mapping[str, Any]:
    """One result (SARIF 2.1.0, 3.27), with braces doubled, since single ones stand for an argument (3.11.5)."""
    rule = problem.rule or _NO_RULE
    text = _said(problem).replace("{", "{{").replace("}", "}}")
    return {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "level": "error",
        "message": {"text": text},
        "locations": [_location(problem)],
    }


def _location(problem: Problem) -> Mapping[str, Any]:
    """The file, the line where there is one (SARIF 2.1.0, 3.28 to 3.30), and the place in words (3.33)."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.path)}}
    if problem.line:
        physical["region"] = {"startLine": problem.line}
    logical = {"logicalLocations": [{"name": problem.place}]} if problem.place else {}
    return {"physicalLocation": physical, **logical}


def _uri(path: Path) -> str:
    """A relative reference, in UTF-8 and percent-encoded (RFC 3986, 2.1 and 4.2); a file outside is a file: URI."""
    relative = _relative(path)
    return relative.as_uri() if relative.is_absolute() else quote(relative.as_posix(), safe="/")


# For other programs


def _plain(problem: Problem) -> Mapping[str, str | int]:
    spot = problem.spot or Spot("")
    return {
        "file": problem.path.as_posix(),
        "line": problem.line,
        "place": problem.place,
        "part": spot.part,
        "paragraph": spot.paragraph,
        "table": spot.table,
        "row": spot.row,
        "column": spot.column,
        "rule": problem.rule,
        "what": problem.what,
        "todo": problem.todo,
    }
