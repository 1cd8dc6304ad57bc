"""The same problems for a person, for GitHub, for code scanning and for other programs."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline
from pipeline.errors import Problem, Spot
from pipeline.templating.checks.formats import Kind, formatted

WORD = Path("templates/cover/nb.docx")
TOML = Path("municipalities/bergen.toml")
SECOND = Spot("word/document.xml", 2, "Avtale mellom partene", 1, 2, 3)
TENTH = Spot("word/document.xml", 10, "Til slutt")
NAME = Problem(
    WORD,
    0,
    f"{SECOND}, {{{{ municipality.nam }}}}",
    "There is no name 'municipality.nam'.",
    "Check the spelling.",
    SECOND,
    "unknown-name",
)
FONT = Problem(WORD, 0, str(TENTH), "The font Arial is not ours.", "Use Carlito.", TENTH, "other-font")
VALUE = Problem(TOML, 4, "contact.email", "This is not an e-mail address.", "Correct it.", rule="wrong-value")
WHOLE = Problem(Path("templates/cover/nn.docx"), 0, "", "The file is not a whole Word document.", "Save it again.")
ALL = [WHOLE, FONT, NAME, VALUE]
KINDS: list[Kind] = ["text", "github", "sarif", "json"]


# All of them


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_in_which_problems_are_found_does_not_matter(kind: Kind) -> None:
    assert {formatted(order, kind) for order in itertools.permutations(ALL)} == {formatted(ALL, kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_that_is_found_twice_is_told_once(kind: Kind) -> None:
    assert formatted([*ALL, *ALL], kind) == formatted(ALL, kind)


def test_two_rules_that_say_the_same_are_both_told() -> None:
    found = [Problem(TOML, 4, "name", "Wrong.", "", rule=rule) for rule in ("second", "first")]
    assert [entry["rule"] for entry in json.loads(formatted(found, "json"))] == ["first", "second"]


def test_paragraphs_come_in_their_order_and_not_in_that_of_their_words() -> None:
    assert str(FONT.place) < str(NAME.place)
    assert [entry["paragraph"] for entry in json.loads(formatted([FONT, NAME], "json"))] == [2, 10]


# For a person


def test_a_person_reads_a_line_for_each_problem_under_its_file() -> None:
    assert formatted(ALL, "text") == (
        "municipalities/bergen.toml\n"
        "  line 4, contact.email: This is not an e-mail address. Correct it. [wrong-value]\n"
        "\n"
        "templates/cover/nb.docx\n"
        "  body, table 1 row 2 column 3, paragraph 2 «Avtale mellom partene», {{ municipality.nam }}: "
        "There is no name 'municipality.nam'. Check the spelling. [unknown-name]\n"
        "  body, paragraph 10 «Til slutt»: The font Arial is not ours. Use Carlito. [other-font]\n"
        "\n"
        "templates/cover/nn.docx\n"
        "  The file is not a whole Word document. Save it again.\n"
        "\n"
        "4 problems in 3 files."
    )


@pytest.mark.parametrize(
    ("problems", "last"),
    [
        ([], "No problems."),
        ([NAME], "1 problem in 1 file."),
        ([NAME, FONT], "2 problems in 1 file."),
        ([NAME, VALUE], "2 problems in 2 files."),
    ],
)
def test_the_last_line_counts(problems: list[Problem], last: str) -> None:
    assert formatted(problems, "text").split("\n")[-1] == last


def test_a_message_with_lines_stays_on_one_line() -> None:
    problem = Problem(TOML, 0, "", "First,\r\n  second\u2028and\vthird.", "")
    assert formatted([problem], "text") == (
        "municipalities/bergen.toml\n  First, second and third.\n\n1 problem in 1 file."
    )


# For GitHub


def run_by_github(output: str) -> list[tuple[dict[str, str], str]]:
    """The properties and message of each command, as github.com/actions/runner reads them (ActionCommand.cs)."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", output):
        about, message = line.removeprefix("::error ").split("::", 1)
        pairs = (entry.split("=", 1) for entry in about.split(","))
        commands.append(
            (
                {key: unescaped(value, "\r\n:,%") for key, value in pairs},
                unescaped(message, "\r\n%"),
            )
        )
    return commands


def unescaped(value: str, signs: str) -> str:
    for sign in signs:
        value = value.replace(f"%{ord(sign):02X}", sign)
    return value


def test_github_gets_a_command_for_each_problem() -> None:
    assert formatted(ALL, "github") == (
        "::error file=municipalities/bergen.toml,line=4,title=wrong-value::"
        "contact.email: This is not an e-mail address. Correct it.\n"
        "::error file=templates/cover/nb.docx,line=1,title=unknown-name::"
        "body, table 1 row 2 column 3, paragraph 2 «Avtale mellom partene», {{ municipality.nam }}: "
        "There is no name 'municipality.nam'. Check the spelling.\n"
        "::error file=templates/cover/nb.docx,line=1,title=other-font::"
        "body, paragraph 10 «Til slutt»: The font Arial is not ours. Use Carlito.\n"
        "::error file=templates/cover/nn.docx,line=1,title=problem::"
        "The file is not a whole Word document. Save it again."
    )


def test_github_gets_nothing_where_there_is_no_problem() -> None:
    assert formatted([], "github") == ""


@pytest.mark.parametrize(
    ("what", "escaped"),
    [
        ("100 % sure", "100 %25 sure"),
        ("{%p if x %}", "{%25p if x %25}"),
        ("a %0A that is no line end", "a %250A that is no line end"),
        ("first\nsecond\r\nthird", "first%0Asecond%0D%0Athird"),
        ("here: this, that", "here: this, that"),
        ("a::b", "a::b"),
    ],
)
def test_what_would_end_a_message_is_escaped(what: str, escaped: str) -> None:
    command = formatted([Problem(TOML, 1, "", what, "")], "github")
    assert command == f"::error file=municipalities/bergen.toml,line=1,title=problem::{escaped}"


@pytest.mark.parametrize(
    ("path", "escaped"),
    [
        ("templates/100 %, a: b.docx", "templates/100 %25%2C a%3A b.docx"),
        ("kommuner/Kárášjohka čđŋ æøå.toml", "kommuner/Kárášjohka čđŋ æøå.toml"),
        ("a,line=9::b.toml", "a%2Cline=9%3A%3Ab.toml"),
    ],
)
def test_an_annotation_lands_in_the_file_whatever_its_name(path: str, escaped: str) -> None:
    command = formatted([Problem(Path(path), 7, "", "Wrong.", "", rule="a,b:c%")], "github")
    assert command == f"::error file={escaped},line=7,title=a%2Cb%3Ac%25::Wrong."
    assert run_by_github(command) == [({"file": path, "line": "7", "title": "a,b:c%"}, "Wrong.")]


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in {".", ".."}
)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(name=NAMES, what=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), line=st.integers(1, 10**6))
def test_github_reads_every_file_line_and_message_as_they_were(name: str, what: str, line: int) -> None:
    problem = Problem(Path("templates") / name, line, "", what, "")
    properties = {"file": f"templates/{name}", "line": str(line), "title": "problem"}
    assert run_by_github(formatted([problem], "github")) == [(properties, what.strip())]


def test_a_path_from_the_root_is_told_from_the_folder_of_the_command() -> None:
    problem = Problem(TOML.absolute(), 4, "", "Wrong.", "")
    assert formatted([problem], "github").startswith("::error file=municipalities/bergen.toml,line=4,")
    assert uris(problem) == ["municipalities/bergen.toml"]


# For code scanning


def log(*problems: Problem) -> Any:
    return json.loads(formatted(problems, "sarif"))


def results(*problems: Problem) -> Any:
    return log(*problems)["runs"][0]["results"]


def uris(*problems: Problem) -> list[str]:
    return [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results(*problems)]


def test_code_scanning_gets_a_whole_log() -> None:
    assert log(NAME, VALUE) == {
        "version": "2.1.0",
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "make check",
                        "version": pipeline.__version__,
                        "rules": [
                            {"id": "unknown-name", "shortDescription": {"text": "Unknown name."}},
                            {"id": "wrong-value", "shortDescription": {"text": "Wrong value."}},
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "wrong-value",
                        "ruleIndex": 1,
                        "level": "error",
                        "message": {"text": "This is not an e-mail address. Correct it."},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "municipalities/bergen.toml"},
                                    "region": {"startLine": 4},
                                },
                                "logicalLocations": [{"name": "contact.email"}],
                            }
                        ],
                    },
                    {
                        "ruleId": "unknown-name",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {"text": "There is no name 'municipality.nam'. Check the spelling."},
                        "locations": [
                            {
                                "physicalLocation": {"artifactLocation": {"uri": "templates/cover/nb.docx"}},
                                "logicalLocations": [{"name": NAME.place}],
                            }
                        ],
                    },
                ],
            }
        ],
    }


def test_a_log_without_problems_is_a_run_without_results() -> None:
    run = log()["runs"][0]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_a_problem_of_a_whole_file_has_the_file_alone_as_its_place() -> None:
    assert results(WHOLE)[0]["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "templates/cover/nn.docx"}}}
    ]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("kommuner/Bærum og Ås.toml", "kommuner/B%C3%A6rum%20og%20%C3%85s.toml"),
        ("kommuner/čđŋ.toml", "kommuner/%C4%8D%C4%91%C5%8B.toml"),
        ("a:b/c#d?e%f.toml", "a%3Ab/c%23d%3Fe%25f.toml"),
        ("/etc/åpen fil.toml", "file:///etc/%C3%A5pen%20fil.toml"),
    ],
)
def test_a_path_is_a_uri_that_leads_back_to_it(path: str, uri: str) -> None:
    assert uris(Problem(Path(path), 1, "", "Wrong.", "")) == [uri]
    assert unquote(uri.removeprefix("file://")) == path


def test_a_brace_in_a_message_is_no_placeholder_of_the_log() -> None:
    """SARIF 2.1.0, 3.11.5: braces in a message are doubled."""
    problem = Problem(WORD, 0, "{{ x }}", "A tag {% if x %} is open.", "Close {0}.")
    assert results(problem)[0]["message"]["text"] == "A tag {{% if x %}} is open. Close {{0}}."
    assert results(problem)[0]["locations"][0]["logicalLocations"] == [{"name": "{{ x }}"}]


def test_a_log_has_what_the_standard_requires() -> None:
    """SARIF 2.1.0: 3.13.2, 3.13.4, 3.14.6, 3.18.2, 3.19.8, 3.49.3, 3.12.3, 3.27.6, 3.27.10, 3.11.8, 3.30.5."""
    made = log(*ALL)
    assert made["version"] == "2.1.0"
    [run] = made["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == sorted(set(ids)) == ["other-font", "problem", "unknown-name", "wrong-value"]
    assert all(rule["shortDescription"]["text"].endswith(".") for rule in driver["rules"])
    assert len(run["results"]) == len(ALL)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        region = result["locations"][0]["physicalLocation"].get("region", {"startLine": 1})
        assert region["startLine"] >= 1


# For other programs


def test_other_programs_get_a_list_of_plain_objects() -> None:
    assert json.loads(formatted([NAME, VALUE], "json")) == [
        {
            "file": "municipalities/bergen.toml",
            "line": 4,
            "place": "contact.email",
            "part": "",
            "paragraph": 0,
            "table": 0,
            "row": 0,
            "column": 0,
            "rule": "wrong-value",
            "what": "This is not an e-mail address.",
            "todo": "Correct it.",
        },
        {
            "file": "templates/cover/nb.docx",
            "line": 0,
            "place": "body, table 1 row 2 column 3, paragraph 2 «Avtale mellom partene», {{ municipality.nam }}",
            "part": "word/document.xml",
            "paragraph": 2,
            "table": 1,
            "row": 2,
            "column": 3,
            "rule": "unknown-name",
            "what": "There is no name 'municipality.nam'.",
            "todo": "Check the spelling.",
        },
    ]


def test_letters_stand_as_they_are_typed() -> None:
    problem = Problem(Path("kommuner/Kárášjohka.toml"), 1, "", "čđŋ æøå", "")
    assert '"file": "kommuner/Kárášjohka.toml"' in formatted([problem], "json")
    assert formatted([], "json") == "[]"
