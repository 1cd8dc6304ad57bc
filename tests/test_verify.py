"""`verify` as a person runs it: a package made, signed and sent back, the verdict, the page and the exit code."""

from __future__ import annotations

import datetime
import email
import hashlib
import json
import shutil
from pathlib import Path

import pytest
import updates
from conftest import ROOT, Project, keep_few_papers
from html_rules import Page
from signing_kit import authority, certified, signed


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose only paper, the agreement, is issued for Bergen."""
    root = tmp_path_factory.mktemp("issued")
    for folder in ("municipalities", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    keep_few_papers(root / "templates", ("ks-agreement",))
    made = Project(root).run("package", "bergen", "--date", "2026-11-23")
    assert made.code == 0, made.err
    return root


@pytest.fixture
def project(issued: Path, tmp_path: Path) -> Project:
    """That project, to be changed."""
    shutil.copytree(issued, tmp_path / "project", copy_function=shutil.copy2)
    return Project(tmp_path / "project")


def _returned(project: Project) -> tuple[Path, bytes]:
    """An agreement in Bergen's package, and what the municipality and another have signed."""
    root = authority("Prøveutstederen")
    (project.root / "trust").mkdir()
    (project.root / "trust" / "prove.pem").write_bytes(root.pem())
    [path] = (project.output / "bergen").glob("*/avtale-med-ks.pdf")
    head = certified("Eksempel Kommunaldirektør", root)
    once = signed(path.read_bytes(), "sigMunicipality", head)
    return project.root / "returned.pdf", signed(once, "sigKS", certified("Eksempel Fagdirektør", root))


def _page(project: Project, content: bytes) -> str:
    """The page of the verdict on a returned.pdf with that content."""
    name = f"returned-{hashlib.sha256(content).hexdigest()[:8]}.html"
    return (project.output / "returned" / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_signed_agreement_is_proven_and_a_changed_one_is_not(project: Project) -> None:
    path, content = _returned(project)
    path.write_bytes(content)
    proven = project.run("verify", "returned.pdf", "--municipality", "bergen", "--by", "Eksempel Arkivar")
    assert (proven.code, proven.err) == (0, "")
    assert proven.out.splitlines()[:3] == [
        "verdict: proven",
        "  Bergen: Avtale om tilkobling til Digihelse (ks-agreement, issue 1)",
        "  The file begins with exactly the document that was issued, and only signatures were added.",
    ]
    page = _page(project, content)
    assert "Signatur påført og verifisert" in page
    assert "Eksempel Arkivar" in page
    assert (Page(page).fetched, Page(page).language) == ([], "nb")

    changed = updates.note_added(content)
    path.write_bytes(changed)
    altered = project.run("verify", "returned.pdf")
    assert (altered.code, altered.out.splitlines()[0]) == (14, "verdict: altered")
    assert _page(project, content) == page
    page = _page(project, changed)
    assert "data:image/png;base64," in page
    assert (Page(page).fetched, Page(page).language) == ([], "nb")

    other = project.run("verify", "returned.pdf", "--municipality", "voss")
    assert (other.code, other.out.splitlines()[0]) == (14, "verdict: other-municipality")


@pytest.mark.slow
def test_the_same_verdict_on_the_same_file_is_one_event(project: Project) -> None:
    path, content = _returned(project)
    path.write_bytes(content)
    for _ in range(2):
        assert project.run("verify", "returned.pdf").code == 0
    assert project.run("return", "returned.pdf").code == 0
    events = project.output / "ledger" / "events"
    assert len(list(events.iterdir())) == 1
    (project.root / "trust" / "prove.pem").unlink()
    for _ in range(2):
        assert project.run("verify", "returned.pdf").code == 14
    assert sorted(json.loads(one.read_bytes())["verdict"] for one in events.iterdir()) == ["incomplete", "proven"]


@pytest.mark.slow
def test_the_mail_of_a_signed_agreement_is_made_only_when_it_is_proven(project: Project) -> None:
    path, content = _returned(project)
    path.write_bytes(updates.note_added(content))
    refused = project.run("return", "returned.pdf", "--municipality", "bergen")
    assert (refused.code, refused.err) == (
        2,
        "Error: No mail is made of returned.pdf: the return check says altered, and only what is proven is sent.\n",
    )
    assert not list(project.output.glob("returned/**/*.eml"))

    path.write_bytes(content)
    made = project.run("return", "returned.pdf", "--municipality", "bergen")
    assert (made.code, made.err) == (0, "")
    mail = email.message_from_bytes((project.output / "returned" / "bergen" / "ks.eml").read_bytes())
    assert [one.get_payload(decode=True) for one in mail.walk() if one.get_content_type() == "application/pdf"] == [
        content
    ]
    today = datetime.datetime.now(tz=datetime.UTC).date()
    assert project.run("status").out.splitlines() == [
        "bergen",
        f"  verified  Avtale om tilkobling til Digihelse (issue 1 of 2026-11-23, returned {today}: proven)",
        "1 documents to be signed: 0 issued, 0 sent, 0 returned, 1 verified",
    ]
    [noark] = [
        json.loads(one.read_bytes())["told"]["noark"]
        for one in project.output.glob("ledger/events/*.json")
        if json.loads(one.read_bytes())["verdict"] == "proven"
    ]
    assert noark == {
        "elektroniskSignaturSikkerhetsnivaa": None,
        "elektroniskSignaturVerifisert": "Signatur påført og verifisert",
        "verifisertDato": str(today),
        "verifisertAv": "pipeline 0.1.0",
    }


@pytest.mark.slow
def test_an_agreement_that_only_the_municipality_has_signed_goes_to_the_other_party(project: Project) -> None:
    path, _ = _returned(project)
    [issued] = (project.output / "bergen").glob("*/avtale-med-ks.pdf")
    root = authority("Prøveutstederen")
    (project.root / "trust" / "prove.pem").write_bytes(root.pem())
    path.write_bytes(signed(issued.read_bytes(), "sigMunicipality", certified("Eksempel Kommunaldirektør", root)))
    made = project.run("return", "returned.pdf")
    assert (made.code, made.err, made.out.splitlines()[0]) == (0, "", "verdict: incomplete")
    text = (project.output / "returned" / "bergen" / "ks.txt").read_text(encoding="utf-8-sig")
    assert "Eksempel Kommunaldirektør" in text

    again = project.run("package", "bergen", "--date", "2026-11-24")
    assert again.code == 0, again.err
    replaced = project.run("return", "returned.pdf")
    assert (replaced.code, replaced.err) == (
        2,
        "Error: No mail is made of returned.pdf: it is issue 1 of Avtale om tilkobling til Digihelse, which issue 2 "
        "replaces. Have the latest signed, or make the mail by hand.\n",
    )


def test_a_file_that_is_not_there_is_told(project: Project) -> None:
    ran = project.run("verify", "nothing.pdf")
    assert (ran.code, ran.err) == (
        2,
        "Error: nothing.pdf cannot be read (No such file or directory). Name the PDF that came back.\n",
    )
