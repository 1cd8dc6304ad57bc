"""`verify` as a person runs it: a package made, signed and sent back, the verdict, the page and the exit code."""

from __future__ import annotations

from pathlib import Path

import updates
from conftest import Project, keep_few_papers
from html_rules import Page
from signing_kit import authority, certified, signed


def _returned(project: Project) -> tuple[Path, bytes]:
    """An agreement in Bergen's package, and what the municipality and another have signed."""
    keep_few_papers(project.root / "templates", ("ks-agreement",))
    made = project.run("package", "bergen", "--date", "2026-11-23")
    assert made.code == 0, made.err
    root = authority("Prøveutstederen")
    (project.root / "trust").mkdir()
    (project.root / "trust" / "prove.pem").write_bytes(root.pem())
    [path] = (project.output / "bergen").glob("*/avtale-med-ks.pdf")
    head = certified("Eksempel Kommunaldirektør", root)
    once = signed(path.read_bytes(), "sigMunicipality", head)
    return project.root / "returned.pdf", signed(once, "sigKS", certified("Eksempel Fagdirektør", root))


def test_a_signed_agreement_is_proven_and_a_changed_one_is_not(project: Project) -> None:
    path, content = _returned(project)
    path.write_bytes(content)
    proven = project.run("verify", "returned.pdf", "--municipality", "bergen", "--by", "Eksempel Arkivar")
    assert (proven.code, proven.err) == (0, "")
    assert proven.out.splitlines()[:3] == [
        "verdict: proven",
        "  Bergen: Avtale om tilkobling til Digihelse (ks-agreement, version 0.1)",
        "  The file begins with exactly the document that was issued, and only signatures were added.",
    ]
    page = (project.output / "returned" / "returned.html").read_text(encoding="utf-8")
    assert "Signatur påført og verifisert" in page
    assert "Eksempel Arkivar" in page
    assert (Page(page).fetched, Page(page).language) == ([], "nb")

    path.write_bytes(updates.note_added(content))
    altered = project.run("verify", "returned.pdf")
    assert (altered.code, altered.out.splitlines()[0]) == (14, "verdict: altered")
    page = (project.output / "returned" / "returned.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
    assert (Page(page).fetched, Page(page).language) == ([], "nb")

    other = project.run("verify", "returned.pdf", "--municipality", "voss")
    assert (other.code, other.out.splitlines()[0]) == (14, "verdict: other-municipality")


def test_a_file_that_is_not_there_is_told(project: Project) -> None:
    ran = project.run("verify", "nothing.pdf")
    assert (ran.code, ran.err) == (2, "Error: nothing.pdf cannot be read. Name the PDF that came back.\n")
