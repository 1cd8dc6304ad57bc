"""The benchmark's own pieces: its made-up municipalities are whole, and always the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from bench.country import country, write_municipalities

from pipeline.data.load import Municipality, load_municipality
from pipeline.data.programme import Programme


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, programme: Programme) -> list[Municipality]:
    folder = tmp_path_factory.mktemp("country")
    slugs = write_municipalities(country(), folder)
    return [load_municipality(folder / f"{slug}.toml", programme) for slug in slugs]


def test_every_municipality_of_the_country_loads_without_problems(loaded: list[Municipality]) -> None:
    assert len({one.entry.number for one in loaded}) == len({one.slug for one in loaded}) == 357


def test_they_differ_in_language_supplier_services_and_optional_facts(loaded: list[Municipality]) -> None:
    facts = [one.facts for one in loaded]
    kinds: dict[str, Counter[object]] = {
        "language": Counter(one.language for one in loaded),
        "supplier": Counter(one.record_system.supplier for one in facts),
        "services": Counter(len(one.services) for one in facts),
        "certificates": Counter(len(one.certificates) for one in facts),
        "digifin": Counter(one.digifin.participant for one in facts),
        "messages": Counter(one.order.messages for one in facts),
        "phone": Counter(one.address.phone is None for one in facts),
        "communication": Counter(one.people.communication is None for one in facts),
    }
    assert {name: len(found) for name, found in kinds.items()} == {
        "language": 2,
        "supplier": 3,
        "services": 4,
        "certificates": 3,
        "digifin": 2,
        "messages": 2,
        "phone": 2,
        "communication": 2,
    }
    assert min(min(found.values()) for found in kinds.values()) > 20


def test_the_papers_follow_the_languages_of_the_register(loaded: list[Municipality]) -> None:
    stated = {
        one.language for one in loaded if one.entry.language_form != "nøytral" and one.facts.municipality.language
    }
    assert stated == set()
    neutral = Counter(one.language for one in loaded if one.entry.language_form == "nøytral")
    assert neutral["nb"] > neutral["nn"] > 20


def test_they_name_no_person_and_no_address_that_could_be_real(loaded: list[Municipality]) -> None:
    for one in loaded:
        people = [person for role in type(one.facts.people).model_fields if (person := getattr(one.facts.people, role))]
        assert all(person.name.startswith("Eksempel ") for person in (*people, one.facts.signatory))
        addresses = [person.email for person in (*people, one.facts.signatory, one.facts.address)]
        assert all(address.endswith(".example.no") for address in addresses)


def test_the_same_number_gives_the_same_file(tmp_path: Path) -> None:
    few = country()[:5]
    first, again = tmp_path / "first", tmp_path / "again"
    for slug, same in zip(write_municipalities(few, first), write_municipalities(few[::-1], again)[::-1], strict=True):
        assert (first / f"{slug}.toml").read_bytes() == (again / f"{same}.toml").read_bytes()
