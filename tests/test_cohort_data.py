"""A cohort's file: its members, the dates that they inherit, and what is told when it is wrong."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.data.cohort import load_cohort
from pipeline.data.load import load_municipality
from pipeline.data.programme import Programme
from pipeline.errors import DataError, PipelineError, UsageError

SPRING = 'title = "Våren"\nmembers = ["bergen"]\n\n[milestones]\npilot_start = 2027-05-01\n'


@pytest.fixture
def municipalities(tmp_path: Path) -> Path:
    folder = tmp_path / "municipalities"
    (folder / "cohorts").mkdir(parents=True)
    for slug in ("bergen", "voss"):
        shutil.copy(ROOT / "municipalities" / f"{slug}.toml", folder)
    return folder


def _without(path: Path, pattern: str) -> None:
    text, count = re.subn(pattern, "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")


def _cohort(municipalities: Path, text: str, name: str = "2027-spring") -> None:
    (municipalities / "cohorts" / f"{name}.toml").write_text(text, encoding="utf-8")


def _told(error: pytest.ExceptionInfo[PipelineError], folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}/", "") for problem in error.value.problems]


def test_a_cohort_names_its_members_its_package_and_its_date(municipalities: Path) -> None:
    _cohort(municipalities, 'title = "Våren"\nmembers = ["voss", "bergen"]\npackage = "signing"\ndate = 2027-01-15\n')
    cohort = load_cohort(municipalities, "2027-spring")
    assert (cohort.title, cohort.members, cohort.package) == ("Våren", ("voss", "bergen"), "signing")
    assert cohort.date == datetime.date(2027, 1, 15)


def test_the_cohort_of_the_repository_is_right() -> None:
    cohort = load_cohort(ROOT / "municipalities", "2027-spring")
    assert all((ROOT / "municipalities" / f"{slug}.toml").is_file() for slug in cohort.members)


def test_a_date_that_the_municipality_does_not_state_is_its_cohorts(municipalities: Path, programme: Programme) -> None:
    path = municipalities / "bergen.toml"
    _without(path, "^pilot_start = .*\n")
    _cohort(municipalities, SPRING.replace("2027-05-01", "2027-06-02"))
    loaded = load_municipality(path, programme)
    assert loaded.facts.milestones.pilot_start == datetime.date(2027, 6, 2)
    assert loaded.file.line(("milestones", "pilot_start")) == 5


def test_a_date_of_its_own_counts_more(municipalities: Path, programme: Programme) -> None:
    _cohort(municipalities, SPRING)
    loaded = load_municipality(municipalities / "bergen.toml", programme)
    assert loaded.facts.milestones.pilot_start == datetime.date(2027, 6, 1)
    assert loaded.file.base is None


def test_who_is_no_member_inherits_nothing(municipalities: Path, programme: Programme) -> None:
    _without(municipalities / "voss.toml", "^pilot_start = .*\n")
    _cohort(municipalities, SPRING)
    with pytest.raises(DataError) as error:
        load_municipality(municipalities / "voss.toml", programme)
    assert _told(error, municipalities) == ["voss.toml:122  milestones.pilot_start: is missing. Add it."]


def test_an_inherited_date_that_does_not_fit_is_told_where_it_stands(
    municipalities: Path, programme: Programme
) -> None:
    path = municipalities / "bergen.toml"
    _without(path, "^pilot_start = .*\n")
    _cohort(municipalities, SPRING)
    with pytest.raises(DataError) as error:
        load_municipality(path, programme)
    assert _told(error, municipalities) == [
        "cohorts/2027-spring.toml:5  milestones.pilot_start: is 2027-05-01, before test_approved (2027-05-10). "
        "Put the milestones in the order of time."
    ]


def test_two_cohorts_may_share_a_member_but_not_both_give_it_dates(municipalities: Path, programme: Programme) -> None:
    _cohort(municipalities, SPRING)
    _cohort(municipalities, 'title = "Vestland"\nmembers = ["bergen", "voss"]\n', "vestland")
    assert load_municipality(municipalities / "bergen.toml", programme).slug == "bergen"
    _cohort(municipalities, SPRING, "twice")
    with pytest.raises(DataError) as error:
        load_municipality(municipalities / "bergen.toml", programme)
    assert _told(error, municipalities) == [
        "cohorts/twice.toml:2  members: bergen is a member of the cohort 2027-spring too, and both give dates. "
        "Take it out of one of them, or the dates out of one file."
    ]


def test_everything_that_is_wrong_in_the_file_is_told_at_once(municipalities: Path) -> None:
    _cohort(
        municipalities,
        'titel = "Våren"\nmembers = ["bergen", "voss", "bergen"]\ndate = "2027"\n\n[milestones]\nstart = 2027-05-01\n',
    )
    with pytest.raises(DataError) as error:
        load_cohort(municipalities, "2027-spring")
    assert _told(error, municipalities) == [
        "cohorts/2027-spring.toml  title: is missing. Add it.",
        "cohorts/2027-spring.toml:1  titel: is not a known key. Remove it or spell it right. Did you mean title?",
        "cohorts/2027-spring.toml:3  date: must be a date. Write it as 2027-06-01 without quotes.",
        "cohorts/2027-spring.toml:6  milestones.start: is not a known key. Remove it or spell it right. "
        "Did you mean pilot_start?",
    ]


def test_a_member_named_twice_is_told(municipalities: Path) -> None:
    _cohort(municipalities, 'title = "Våren"\nmembers = ["bergen", "voss", "bergen"]\n')
    with pytest.raises(DataError) as error:
        load_cohort(municipalities, "2027-spring")
    assert _told(error, municipalities) == [
        "cohorts/2027-spring.toml:2  members[3]: bergen stands twice. Name each member once."
    ]


def test_a_name_that_is_not_there_gets_the_nearest_and_all_is_taken(municipalities: Path) -> None:
    _cohort(municipalities, SPRING)
    with pytest.raises(UsageError, match=r"no cohort file .*/cohorts/2027-sprin\.toml\. Did you mean 2027-spring\?"):
        load_cohort(municipalities, "2027-sprin")
    _cohort(municipalities, SPRING, "all")
    with pytest.raises(DataError) as error:
        load_cohort(municipalities, "all")
    assert _told(error, municipalities) == [
        "cohorts/all.toml: The name all means every municipality. Give the file another name."
    ]
