"""What a template owner gets from make check: everything that is wrong, where it is, and nothing written."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import DATE, ROOT, Project
from docx import Document

from pipeline.data.edges import AWKWARD, MANY, SAMI_LETTERS, Edge, edges
from pipeline.data.load import Municipality
from pipeline.data.programme import Programme
from pipeline.templating.names import Edition, facts

pytestmark = pytest.mark.slow
MISSPELT = ("{{ signatory.delegation }}", "{{ signatory.delegasjon }}")


@pytest.fixture(scope="module")
def tried(municipality: Callable[[str], Municipality], programme: Programme) -> dict[str, Edge]:
    return {edge.name: edge for edge in edges(municipality("bergen"), programme)}


def _names(edge: Edge) -> dict[str, object]:
    return facts(Edition(edge.municipality, edge.programme, "nb", DATE))


def test_the_edges_are_what_they_are_called(tried: dict[str, Edge]) -> None:
    absent = _names(tried["everything optional absent"])
    people = absent["people"]
    assert isinstance(people, dict)
    assert [role for role, person in people.items() if person is None] == [
        "benefits",
        "communication",
        "union_representative",
        "safety_representative",
    ]
    assert absent["certificates"] == []
    assert len(tried["every list long"].municipality.facts.services) == MANY
    assert SAMI_LETTERS in str(_names(tried["all Sami letters"])["municipality"])
    assert AWKWARD in str(_names(tried["awkward characters"])["signatory"]).replace("\\'", "'")
    assert tried["longest official names"].municipality.entry.official_name.count("–") >= 1
    costs = {name: _names(tried[name])["costs"] for name in ("amounts of zero", "amounts of millions")}
    assert "Decimal('0.00')" in str(costs["amounts of zero"])
    assert "98765432.10" in str(costs["amounts of millions"])


def _rewrite(path: Path, old: str, new: str) -> None:
    """Changes a text of a Word template that stands in one piece."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"].decode()
    assert body.count(old) >= 1, old
    members["word/document.xml"] = body.replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.fixture
def small(project: Project) -> Project:
    """A project with one municipality, so that a check is quick."""
    for path in (project.root / "municipalities").glob("*.toml"):
        if path.stem != "bergen":
            path.unlink()
    return project


def test_a_misspelt_name_is_told_once_with_its_place_and_nothing_is_written(small: Project) -> None:
    template = small.root / "templates/ks-agreement/nn.docx"
    _rewrite(template, *MISSPELT)
    ran = small.run("check", "ks-agreement", "--date", "2026-11-23")
    assert ran.code == 5
    lines = [line for line in ran.out.splitlines() if "signatory.delegasjon" in line and "There is no" in line]
    assert len(lines) == 1
    assert re.search(r"body, table 2 row \d+ column 2, paragraph \d+", lines[0])
    assert "There is no 'delegasjon' in signatory. Did you mean delegation?" in lines[0]
    assert not small.output.exists()


def test_the_same_is_an_annotation_in_the_right_file(small: Project) -> None:
    _rewrite(small.root / "templates/ks-agreement/nb.docx", *MISSPELT)
    ran = small.run("check", "ks-agreement", "--format", "github")
    assert ran.code == 5
    assert any(line.startswith("::error file=templates/ks-agreement/nb.docx,line=1,") for line in ran.out.splitlines())


def test_the_same_is_data_for_other_programs(small: Project) -> None:
    _rewrite(small.root / "templates/ks-agreement/nb.docx", *MISSPELT)
    told = json.loads(small.run("check", "ks-agreement", "--format", "json").out)
    assert {"unknown-name"} <= {one["rule"] for one in told}
    log = json.loads(small.run("check", "ks-agreement", "--format", "sarif").out)
    assert log["version"] == "2.1.0"


def test_a_copy_with_comments_is_written_where_it_is_asked_for(small: Project, tmp_path: Path) -> None:
    _rewrite(small.root / "templates/ks-agreement/nb.docx", *MISSPELT)
    before = (small.root / "templates/ks-agreement/nb.docx").read_bytes()
    small.run("check", "ks-agreement", "--annotate", str(tmp_path / "annotated"))
    copy = Document(io.BytesIO((tmp_path / "annotated/ks-agreement/nb.docx").read_bytes()))
    assert any("delegasjon" in comment.text for comment in copy.comments)
    assert (small.root / "templates/ks-agreement/nb.docx").read_bytes() == before


def test_a_fault_that_only_some_municipalities_meet_says_which(small: Project) -> None:
    """Without its guard, the telephone fails where there is none."""
    guard = "people.commercial_contact.phone %}"
    _rewrite(small.root / "templates/ks-agreement/nb.docx", guard, "people.commercial_contact %}")
    ran = small.run("check", "ks-agreement")
    assert ran.code == 5
    assert "Seen with edge: everything optional absent." in ran.out


def test_an_unknown_name_in_the_mail_of_a_document_is_told_with_its_line(small: Project) -> None:
    small.change("templates/mail/ks/nn.txt", "{{ address.email }}", "{{ address.epost }}")
    ran = small.run("check", "ks-agreement", "--date", "2026-11-23", "--format", "json")
    told = [(one["file"], one["line"], one["rule"], one["what"]) for one in json.loads(ran.out)]
    assert (ran.code, told) == (
        5,
        [("templates/mail/ks/nn.txt", 13, "unknown-name", "There is no 'epost' in address.")],
    )


def test_a_contact_that_is_no_name_is_told_before_anything_is_sent(small: Project) -> None:
    small.change("templates/ks-agreement/document.toml", "parties.ks.signatory", "parties.kss.signatory")
    ran = small.run("check", "ks-agreement", "--date", "2026-11-23", "--format", "json")
    told = [(one["file"], one["line"], one["place"], one["what"]) for one in json.loads(ran.out)]
    place = "signatures[2].contact"
    assert (ran.code, told) == (
        5,
        [("templates/ks-agreement/document.toml", 34, place, "There is no name 'parties.kss'.")],
    )


def test_an_unknown_document_is_offered_the_nearest(small: Project) -> None:
    ran = small.run("check", "ks-agrement")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        2,
        "Error: There is no document 'ks-agrement' in templates/packages. Did you mean ks-agreement?",
    )


def test_the_templates_of_the_repository_are_proven() -> None:
    ran = Project(ROOT).run("check", "--date", "2026-11-23")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "No problems.")
