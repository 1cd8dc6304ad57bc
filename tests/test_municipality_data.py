"""Loading a municipality: joined with the register, held against the programme, every fault told at once."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.no import fodselsnummer

from pipeline.data.load import Municipality, find, load_municipality, slugs
from pipeline.data.programme import Programme
from pipeline.data.register import RegisterEntry, register
from pipeline.data.toml_file import Key, read_toml
from pipeline.errors import MISSING, DataError, Problem, UsageError

ROOT = Path(__file__).resolve().parent.parent
WRONG = Path(__file__).parent / "data" / "municipalities"
BERGEN = ROOT / "municipalities" / "bergen.toml"
ALL = sorted(path.stem for path in (ROOT / "municipalities").glob("*.toml"))


def problems_of(path: Path, programme: Programme) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        load_municipality(path, programme)
    return list(caught.value.problems)


def lines_of(path: Path, programme: Programme) -> list[str]:
    return [str(replace(problem, path=Path(path.name))) for problem in problems_of(path, programme)]


@pytest.mark.parametrize("name", [path.stem for path in sorted(WRONG.glob("*.toml")) if path.stem != "valid"])
def test_a_wrong_file_gives_exactly_its_problems(name: str, programme: Programme) -> None:
    expected = (WRONG / f"{name}.problems.txt").read_text(encoding="utf-8").splitlines()
    assert lines_of(WRONG / f"{name}.toml", programme) == expected


def test_every_wrong_file_stands_beside_its_problems() -> None:
    wrong = {path.stem for path in WRONG.glob("*.toml")} - {"valid"}
    assert {path.name.removesuffix(".problems.txt") for path in WRONG.glob("*.problems.txt")} == wrong


def test_the_file_that_the_wrong_ones_are_made_from_is_right(programme: Programme) -> None:
    assert load_municipality(WRONG / "valid.toml", programme).entry.name == "Bergen"


def test_every_file_of_test_data_is_in_the_table() -> None:
    table = (WRONG.parent / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `municipalities/([^`]+)\.toml`", table, re.MULTILINE))
    assert named == {path.stem for path in WRONG.glob("*.toml")}


def identity_number() -> str:
    """An invented number of a person born on 1 January 1900 that has the right control digits."""
    for individual in range(500):
        first = f"010100{individual:03}"
        tenth = fodselsnummer.calc_check_digit1(first)
        number = first + tenth + fodselsnummer.calc_check_digit2(first + tenth)
        if fodselsnummer.is_valid(number):
            return number
    raise AssertionError("no number has control digits")


@pytest.mark.parametrize("form", ["{0}{1}", "{0} {1}", "{0}-{1}", "{0}\u00a0{1}", "f. {0}{1}, Bergen"])
def test_a_national_identity_number_is_a_problem_that_does_not_repeat_it(
    tmp_path: Path, programme: Programme, form: str
) -> None:
    number = identity_number()
    path = tmp_path / "person.toml"
    text = (WRONG / "valid.toml").read_text(encoding="utf-8")
    held = form.format(number[:6], number[6:])
    path.write_text(text.replace("Delegasjonsreglementet, punkt 4.2", held), encoding="utf-8")
    assert lines_of(path, programme) == [
        "person.toml:25  signatory.delegation: holds what looks like a national identity number. "
        "Remove it; no such number belongs here."
    ]


@pytest.mark.parametrize("text", ["12345678901", "Sak 2026/104512", "964338531", "1{number}", "{number}1"])
def test_other_numbers_are_no_identity_numbers(tmp_path: Path, programme: Programme, text: str) -> None:
    written = text.format(number=identity_number())
    path = tmp_path / "number.toml"
    valid = (WRONG / "valid.toml").read_text(encoding="utf-8")
    path.write_text(valid.replace("Delegasjonsreglementet, punkt 4.2", written), encoding="utf-8")
    assert load_municipality(path, programme).facts.signatory.delegation == written


@pytest.mark.parametrize("code", ["0009", "001B", "0085", "2028", "2029", "E000", "FDD0", "FFFF"])
def test_a_character_that_cannot_be_printed_is_a_problem(tmp_path: Path, programme: Programme, code: str) -> None:
    path = tmp_path / "text.toml"
    valid = (WRONG / "valid.toml").read_text(encoding="utf-8")
    path.write_text(valid.replace("Delegasjonsreglementet, punkt 4.2", f"Punkt \\u{code}4.2"), encoding="utf-8")
    assert lines_of(path, programme) == [
        f"text.toml:25  signatory.delegation: has the unprintable character U+{code} at position 7. "
        "Remove that character."
    ]


def test_spaces_around_a_text_are_taken_off(tmp_path: Path, programme: Programme) -> None:
    path = tmp_path / "text.toml"
    valid = (WRONG / "valid.toml").read_text(encoding="utf-8")
    path.write_text(valid.replace("Delegasjonsreglementet, punkt 4.2", " \\n Punkt 4.2 \u00a0"), encoding="utf-8")
    assert load_municipality(path, programme).facts.signatory.delegation == "Punkt 4.2"


@pytest.mark.parametrize("slug", ALL)
def test_every_municipality_of_the_repository_is_right(slug: str, municipality: Callable[[str], Municipality]) -> None:
    assert municipality(slug).slug == slug


@pytest.mark.parametrize(
    ("slug", "name", "official", "organisation_number", "language"),
    [
        ("bergen", "Bergen", "Bergen", "964338531", "nb"),
        ("voss", "Voss", "Voss", "960510542", "nn"),
        ("karasjok", "Karasjok", "Kárášjohka – Karasjok", "963376030", "nb"),
        ("oslo", "Oslo", "Oslo – Oslove", "958935420", "nb"),
    ],
)
def test_what_the_file_leaves_out_comes_from_the_register(
    municipality: Callable[[str], Municipality],
    slug: str,
    name: str,
    official: str,
    organisation_number: str,
    language: str,
) -> None:
    loaded = municipality(slug)
    assert (loaded.entry.name, loaded.entry.official_name) == (name, official)
    assert (loaded.organisation_number, loaded.language) == (organisation_number, language)
    assert (loaded.population, loaded.population_date) == (loaded.entry.population, datetime.date(2024, 1, 1))


@pytest.fixture
def changed(tmp_path: Path, programme: Programme) -> Callable[..., Municipality]:
    """Loads the valid file after some lines have been put behind the municipality's number."""

    def load(number: str, *lines: str) -> Municipality:
        text = (WRONG / "valid.toml").read_text(encoding="utf-8")
        path = tmp_path / "changed.toml"
        path.write_text(text.replace('"4601"', "\n".join([f'"{number}"', *lines])), encoding="utf-8")
        return load_municipality(path, programme)

    return load


def test_a_newer_population_goes_before_the_register(changed: Callable[..., Municipality]) -> None:
    loaded = changed("4601", "population = 300000", "population_date = 2026-01-01")
    assert (loaded.population, loaded.population_date) == (300000, datetime.date(2026, 1, 1))


def test_a_language_of_its_own_goes_before_the_language_form(changed: Callable[..., Municipality]) -> None:
    assert changed("4601", 'language = "nn"').language == "nn"


def test_an_organisation_number_that_the_register_does_not_know_is_taken(changed: Callable[..., Municipality]) -> None:
    assert changed("1508", 'organisation_number = "920 415 288"').organisation_number == "920415288"


def test_what_agrees_with_the_register_may_be_repeated(changed: Callable[..., Municipality]) -> None:
    loaded = changed("4601", 'name = "Bergen"', 'organisation_number = "964 338 531"', 'county = "Vestland"')
    assert loaded.organisation_number == "964338531"


@pytest.mark.parametrize(("language_form", "language"), [("bokmål", "nb"), ("nynorsk", "nn"), ("nøytral", "nb")])
def test_the_language_form_decides_the_language(
    changed: Callable[..., Municipality], language_form: str, language: str
) -> None:
    known = next(one for one in register().values() if one.language_form == language_form and one.organisation_number)
    assert changed(known.number).language == language


def leaves(value: Any, key: Key = ()) -> Iterator[Key]:
    """The keys of a TOML document that hold no table."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*key, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from leaves(inner, (*key, position))
    else:
        yield key


def written(key: Key) -> str:
    return re.sub(r"\.\[(\d+)\]", r"[\1]", ".".join(f"[{part + 1}]" if isinstance(part, int) else part for part in key))


LEAVES = {written(key): key for key in leaves(tomllib.loads(BERGEN.read_text(encoding="utf-8")))}
MAY_BE_ABSENT = re.compile(
    r"(address|people\..+)\.phone|.+\.mobile|archive\.classification|address\.post_box.*|digifin\.date|(routine|analysis)\..+"
)
SPECIAL = {
    "address.post_box": "is missing, though post_box_postal_code is given. "
    "Give the post box with its postal code and city.",
    "address.post_box_postal_code": "is missing, though post_box is given. "
    "Give the post box with its postal code and city.",
    "address.post_box_city": "is missing, though post_box is given. Give the post box with its postal code and city.",
    "digifin.date": "is missing. Add the date from which it takes part.",
}


def without(dotted: str, folder: Path) -> Path:
    """Bergen's file without the line of one key."""
    lines = BERGEN.read_text(encoding="utf-8").split("\n")
    del lines[read_toml(BERGEN).line(LEAVES[dotted]) - 1]
    path = folder / "bergen.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("dotted", [name for name in LEAVES if not MAY_BE_ABSENT.fullmatch(name) or name in SPECIAL])
def test_leaving_out_a_needed_key_is_one_problem_at_that_key(dotted: str, tmp_path: Path, programme: Programme) -> None:
    problems = problems_of(without(dotted, tmp_path), programme)
    assert [problem.place for problem in problems] == [dotted]
    assert f"{problems[0].what} {problems[0].todo}" == SPECIAL.get(dotted, "is missing. Add it.")
    assert problems[0].rule == MISSING


@pytest.mark.parametrize(
    ("stated", "rule"), [('""', MISSING), ('"  "', MISSING), ("[]", ""), ("4", ""), ('"\\u0007"', "")]
)
def test_a_blank_fact_counts_as_missing_and_a_wrong_one_does_not(
    stated: str, rule: str, tmp_path: Path, programme: Programme
) -> None:
    path = tmp_path / "blank.toml"
    text = (WRONG / "valid.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('"Delegasjonsreglementet, punkt 4.2"', stated), encoding="utf-8")
    assert [problem.rule for problem in problems_of(path, programme)] == [rule]


@pytest.mark.parametrize("dotted", [name for name in LEAVES if MAY_BE_ABSENT.fullmatch(name) and name not in SPECIAL])
def test_leaving_out_a_key_that_may_be_absent_is_no_problem(dotted: str, tmp_path: Path, programme: Programme) -> None:
    assert load_municipality(without(dotted, tmp_path), programme).slug == "bergen"


@given(digits=st.from_regex(r"[0-9]{9}", fullmatch=True))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_an_organisation_number_is_taken_only_with_its_control_digit(
    tmp_path_factory: pytest.TempPathFactory, programme: Programme, digits: str
) -> None:
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    control = -sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
    path = tmp_path_factory.mktemp("number") / "number.toml"
    text = (WRONG / "valid.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('"4601"', f'"1508"\norganisation_number = "{digits}"'), encoding="utf-8")
    if control == int(digits[-1]):
        assert load_municipality(path, programme).organisation_number == digits
    else:
        assert lines_of(path, programme) == [
            "number.toml:4  municipality.organisation_number: is not a valid organisation number. "
            "Check the nine digits in Enhetsregisteret."
        ]


def test_the_number_of_problems_is_told_in_the_message(programme: Programme) -> None:
    for name, count in (("malformed-number", "1 problem"), ("half-a-post-box", "2 problems")):
        path = WRONG / f"{name}.toml"
        with pytest.raises(DataError) as caught:
            load_municipality(path, programme)
        assert caught.value.message == f"{path} has {count}."


def test_the_municipalities_are_those_with_a_file() -> None:
    assert slugs(ROOT / "municipalities") == ALL


def test_a_municipality_is_found_by_its_file() -> None:
    assert find(ROOT / "municipalities", "bergen") == BERGEN


@pytest.mark.parametrize(
    ("slug", "offer"),
    [
        ("begren", "Did you mean bergen?"),
        ("Bergen", "Did you mean bergen?"),
        ("qqqq", "There is: bergen, voss."),
        ("../bergen", "Did you mean bergen?"),
    ],
)
def test_a_municipality_that_is_not_there_is_answered_with_those_that_are(
    tmp_path: Path, slug: str, offer: str
) -> None:
    for known in ("bergen", "voss"):
        (tmp_path / f"{known}.toml").touch()
    with pytest.raises(UsageError) as caught:
        find(tmp_path, slug)
    assert str(caught.value) == f"There is no municipality file {tmp_path}/{slug}.toml. {offer}"


def test_an_empty_folder_has_no_municipality_to_offer(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is: none yet\.$"):
        find(tmp_path, "bergen")


def test_the_register_has_the_357_municipalities() -> None:
    assert len(register()) == 357
    assert all(number == entry.number and re.fullmatch(r"\d{4}", number) for number, entry in register().items())


def test_the_register_lacks_no_organisation_number_but_the_two_new_ones() -> None:
    assert [one.name for one in register().values() if not one.organisation_number] == ["Ålesund", "Haram"]


def test_a_register_entry_holds_what_is_known_of_a_municipality() -> None:
    assert register()["5610"] == RegisterEntry(
        number="5610",
        name="Karasjok",
        official_name="Kárášjohka – Karasjok",
        county="Finnmark",
        organisation_number="963376030",
        language_form="bokmål",
        population=2565,
        sami_area=True,
        administrative_centre="Karasjok",
        website="www.karasjok.kommune.no",
    )
