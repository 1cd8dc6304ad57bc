"""Who can give a missing fact: the repository's list covers every fact, and a wrong list is told with its lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.data.givers import facts_and_tables, load_givers
from pipeline.errors import DataError

LIST = """others = { nb = "Alle andre", nn = "Alle andre" }

[[givers]]
who = { nb = "Lederen", nn = "Leiaren" }
facts = ["people", "services"]

[[givers]]
who = { nb = "It", nn = "It" }
facts = ["people.it", "services.her_id", "people.it.email"]
"""


def _problems(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_givers(path)
    return [str(replace(problem, path=Path(problem.path.name))) for problem in caught.value.problems]


def test_every_fact_and_table_of_a_municipality_has_a_giver_of_its_own() -> None:
    givers = load_givers(ROOT / "templates" / "programme" / "givers.toml")
    asked = facts_and_tables()
    assert {"address", "people.it.email", "services.her_id", "archive.classification"} <= set(asked)
    assert [fact for fact in asked if givers.of(fact) is givers.others] == []


@pytest.mark.parametrize(
    ("place", "who"),
    [
        ("people", "Lederen"),
        ("people.it", "It"),
        ("people.it.phone", "It"),
        ("people.item", "Lederen"),
        ("services[2]", "Lederen"),
        ("services[12].her_id", "It"),
        ("services[1].name", "Lederen"),
        ("archive.case_number", "Alle andre"),
        ("", "Alle andre"),
    ],
)
def test_the_nearest_of_all_givers_that_fit_is_named(tmp_path: Path, place: str, who: str) -> None:
    path = tmp_path / "givers.toml"
    path.write_text(LIST, encoding="utf-8")
    assert load_givers(path).of(place).nb == who


def test_every_fault_of_the_list_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = LIST.replace('"services"', '"sevices"').replace('"people.it.email"', '"people"')
    assert _problems(tmp_path / "givers.toml", wrong) == [
        "givers.toml:5  givers[1].facts: names 'sevices', which no municipality states. Did you mean services?",
        "givers.toml:9  givers[2].facts: names 'people', which has a giver already. Keep one of them.",
    ]


def test_a_list_without_anyone_for_the_rest_and_an_empty_giver_are_told(tmp_path: Path) -> None:
    wrong = LIST.replace("others =", "other =").replace('["people", "services"]', "[]").replace(', nn = "It"', "")
    assert _problems(tmp_path / "givers.toml", wrong) == [
        "givers.toml  others: is missing. Add it.",
        "givers.toml:1  other: is not a known key. Remove it or spell it right. Did you mean others?",
        "givers.toml:5  givers[1].facts: has too few entries; at least 1 is needed. Add what is missing.",
        "givers.toml:8  givers[2].who.nn: is missing. Add it.",
    ]
