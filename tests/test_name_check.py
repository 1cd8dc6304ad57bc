"""Holding a template's names, filters and tests against those there are, before it is rendered."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.templating.environment import environment
from pipeline.templating.name_check import Fault, name_faults

NAMES: dict[str, Any] = {
    "municipality": {"name": "Bergen", "population": 291940},
    "people": {"it": {"name": "Eli", "phone": None}, "benefits": None},
    "services": [{"name": "Hjemmetjenesten", "users": 5200}],
    "certificates": [],
}
NEEDS = "Check the spelling, and that document.toml names it in needs."


def faults(source: str) -> list[Fault]:
    known = environment("nb")
    return name_faults(known.parse(source), NAMES, set(known.filters), set(known.tests))


@pytest.mark.parametrize(
    "source",
    [
        "{{ municipality.name }}",
        "{{ municipality['name'] }}",
        "{{ municipality.population | number }}",
        "{% for s in services %}{{ s.name }} {{ loop.index0 }} {{ loop.first }}{% endfor %}",
        "{% for s in services if s.users %}{{ s.name }}{% else %}{{ municipality.name }}{% endfor %}",
        "{% for c in certificates %}{{ c.anything }}{% endfor %}",
        "{% if people.benefits %}{{ people.benefits.name }}{% endif %}",
        "{% if people.it.phone %}{{ people.it.phone | phone }}{% endif %}",
        "{% set who = people.it %}{{ who.name }}",
        "{% if municipality.population is divisibleby 2 %}even{% endif %}",
        "{{ services[0].anything }}",
        "{% for key, value in services %}{{ key }}{{ value }}{% endfor %}",
    ],
)
def test_a_template_with_known_names_has_no_fault(source: str) -> None:
    assert faults(source) == []


@pytest.mark.parametrize(
    ("source", "what", "todo"),
    [
        ("{{ munisipality.name }}", "There is no name 'munisipality' here.", "Did you mean municipality?"),
        ("{{ municipality.nam }}", "There is no 'nam' in municipality.", "Did you mean name?"),
        ("{{ municipality['nam'] }}", "There is no 'nam' in municipality.", "Did you mean name?"),
        ("{{ people.it.fone }}", "There is no 'fone' in people.it.", "Did you mean phone?"),
        ("{{ people.it.shoe_size }}", "There is no 'shoe_size' in people.it.", NEEDS),
        ("{{ municipality.name.upper }}", "There is no 'upper' in municipality.name.", NEEDS),
        ("{{ services.name }}", "There is no 'name' in services.", NEEDS),
        ("{{ zzz }}", "There is no name 'zzz' here.", NEEDS),
        ("{{ range(3) }}", "There is no name 'range' here.", NEEDS),
        ("{{ municipality.name | uper }}", "There is no filter 'uper'.", "Did you mean number?"),
        ("{{ municipality.population | ammount }}", "There is no filter 'ammount'.", "Did you mean amount?"),
        ("{{ municipality.name | safe }}", "There is no filter 'safe'.", "Check the spelling."),
        ("{% if municipality.name is defind %}{% endif %}", "There is no test 'defind'.", "Did you mean defined?"),
        ("{% for s in services %}{{ s.user }}{% endfor %}", "There is no 'user' in s.", "Did you mean users?"),
        ("{% for s in services if s.user %}{% endfor %}", "There is no 'user' in s.", "Did you mean users?"),
        ("{% for s in servises %}{{ s.x }}{% endfor %}", "There is no name 'servises' here.", "Did you mean services?"),
        ("{% for s in services %}{% endfor %}{{ s.name }}", "There is no name 's' here.", NEEDS),
        ("{% if people.et %}{% endif %}", "There is no 'et' in people.", NEEDS),
        ("{% set who = people.itt %}{{ who.name }}", "There is no 'itt' in people.", "Did you mean it?"),
        ("{{ 'a' if municipality.nam else 'b' }}", "There is no 'nam' in municipality.", "Did you mean name?"),
        ("{{ municipality.__class__ }}", "There is no '__class__' in municipality.", NEEDS),
        ("{{ loop.index }}", "There is no name 'loop' here.", NEEDS),
    ],
)
def test_an_unknown_name_is_a_fault_with_a_hint(source: str, what: str, todo: str) -> None:
    assert faults(f"first line\n{source}") == [Fault(2, what, todo)]


def test_every_fault_is_told_with_its_line() -> None:
    source = "{{ zzz }}\n{{ municipality.nam | uper }}\n{{ municipality.name }}\n{{ people.itt }}"
    assert [(fault.line, fault.what) for fault in faults(source)] == [
        (1, "There is no name 'zzz' here."),
        (2, "There is no filter 'uper'."),
        (2, "There is no 'nam' in municipality."),
        (4, "There is no 'itt' in people."),
    ]
