"""What was issued, by the command line and by several processes at once: numbered, kept, and never lost."""

from __future__ import annotations

import datetime
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from conftest import ROOT, Project

from pipeline.errors import LedgerError
from pipeline.packages.issued import Issue, Replaced
from pipeline.packages.ledger.event import Event, event
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.ledger.status import standings

SIGNED = ["ks-agreement", "nhn-order-form", "project-plan"]
NOON = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, few_templates: Path) -> Project:
    root = tmp_path_factory.mktemp("issued")
    shutil.copytree(ROOT / "municipalities", root / "municipalities")
    shutil.copytree(few_templates, root / "templates")
    project = Project(root)
    ran = project.run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 0, ran.err
    return project


@pytest.fixture
def made(made_once: Project, tmp_path: Path) -> Project:
    """Bergen's package, to be changed."""
    shutil.copytree(made_once.root, tmp_path / "project", copy_function=shutil.copy2)
    return Project(tmp_path / "project")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


def _make(project: Project, date: str) -> None:
    ran = project.run("package", "bergen", "--date", date)
    assert ran.code == 0, ran.err


def _listed(project: Project) -> dict[str, dict[str, Any]]:
    listed = json.loads((project.output / "bergen" / "packing-list.json").read_bytes())
    return {one["document"]: one for one in listed["documents"]}


def _cover(project: Project) -> str:
    with pypdfium2.PdfDocument(project.output / "bergen" / "00-forside.pdf") as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def _list(content: str, number: int, slug: str = "bergen") -> bytes:
    """A packing list of one document, which somebody signs."""
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    document = {
        "document": "paper",
        "title": "Avtale",
        "signature_fields": [{"field": "Leder", "role": "leder", "name": "Eksempel Leder"}],
        "files": [{"path": "01-ks/avtale.pdf", "bytes": 1, "sha256": sha256}],
        "templates": {"paper/nb.docx": "0" * 64},
        "issue": {"number": number, "replaces": None},
    }
    return json.dumps(
        {
            "format": 1,
            "municipality": {"slug": slug, "name": "Prøve"},
            "document_date": "2026-11-23",
            "language": "nb",
            "documents": [document],
            "made_from": {f"municipalities/{slug}.toml": "1" * 64},
        }
    ).encode()


def _hash(content: str) -> dict[str, str]:
    return {"paper": hashlib.sha256(content.encode()).hexdigest()}


def test_a_package_of_another_date_replaces_the_one_before_and_the_cover_says_so(made: Project) -> None:
    first = _listed(made)
    assert {name: one.get("issue") for name, one in first.items()} == {
        "cover": None,
        **{name: {"number": 1, "replaces": None} for name in [*SIGNED, "standard-messages"]},
    }
    assert "utgave" not in _cover(made)
    _make(made, "2026-11-24")
    second = _listed(made)
    old = first["ks-agreement"]["files"][0]["sha256"]
    assert second["ks-agreement"]["issue"] == {
        "number": 2,
        "replaces": {"number": 1, "sha256": old, "date": "2026-11-23"},
    }
    assert "Avtale om tilkobling til Digihelse · utgave 2, erstatter utgave 1 av 23.11.2026" in _cover(made)
    kept = made.output / "ledger" / "issued" / f"{old}.pdf"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == old
    _make(made, "2026-11-23")
    third = _listed(made)["ks-agreement"]
    assert (third["issue"]["number"], third["files"][0]["sha256"]) == (3, old)


@pytest.mark.slow
def test_the_same_again_issues_nothing(made: Project) -> None:
    before = made.files("bergen")
    _make(made, "2026-11-23")
    ran = made.run("package", "bergen", "--date", "2026-11-23", "--force")
    assert ran.code == 0, ran.err
    assert made.files("bergen") == before
    with Ledger(made.output) as ledger:
        assert [(one.document, one.number) for one in ledger.issues()] == [
            (name, 1) for name in sorted([*SIGNED, "standard-messages"])
        ]


@pytest.mark.slow
def test_a_draft_is_not_issued(made: Project) -> None:
    shutil.rmtree(made.output / "ledger")
    ran = made.run("draft", "bergen", "--date", "2026-11-23")
    assert ran.code == 0, ran.err
    assert not (made.output / "ledger").exists()


def test_status_tells_what_was_sent_and_what_came_back(made: Project) -> None:
    assert made.run("sent", "bergen", "ks-agreement", "nhn-order-form").code == 0
    with Ledger(made.output) as ledger:
        ledger.note(event("bergen", "ks-agreement", 1, "returned", NOON, verdict="altered", file="a" * 64))
        ledger.note(event("bergen", "ks-agreement", 1, "returned", NOON, verdict="proven", file="b" * 64))
    today = datetime.datetime.now(tz=datetime.UTC).date()
    ran = made.run("status")
    assert ran.out.splitlines() == [
        "bergen",
        "  verified  Avtale om tilkobling til Digihelse (issue 1 of 2026-11-23, "
        f"sent {today}, returned 2026-12-01: proven)",
        f"  sent      Bestilling av tilkobling til Digihelse (issue 1 of 2026-11-23, sent {today})",
        "  issued    Prosjektplan (issue 1 of 2026-11-23)",
        "3 documents to be signed: 1 issued, 1 sent, 0 returned, 1 verified",
    ]
    text = 'title = "Prøve"\nmembers = ["voss", "bergen"]\n'
    (made.root / "municipalities" / "cohorts" / "trial.toml").write_text(text, encoding="utf-8")
    assert made.run("status", "trial").out.splitlines()[-3:] == [
        "voss",
        "  nothing was issued that somebody signs",
        ran.out.splitlines()[-1],
    ]


def test_what_was_never_issued_cannot_be_sent(made: Project) -> None:
    ran = made.run("sent", "bergen", "ks-agreement", "cover", "letter")
    assert (ran.code, ran.err) == (
        2,
        "Error: Nothing to be signed was issued as cover, letter for bergen. There is: ks-agreement, nhn-order-form, "
        "project-plan.\n",
    )
    ran = made.run("sent", "voss")
    assert (ran.code, ran.err) == (
        2,
        "Error: Nothing to be signed was issued as a document for voss. There is: none; make the package first.\n",
    )


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["missing", "no database", "cut off", "overwritten", "older"])
def test_a_lost_database_is_made_again_from_the_files(made: Project, damage: str) -> None:
    assert made.run("sent", "bergen").code == 0
    before = made.run("status").out
    database = made.output / "ledger" / "ledger.sqlite"
    content = database.read_bytes()
    left = {
        "no database": b"no database" * 1000,
        "cut off": content[:5000],
        "overwritten": content[:4096] + b"x" * 4096 + content[8192:],
    }
    if damage == "older":
        with closing(sqlite3.connect(database)) as opened:
            opened.executescript("ALTER TABLE issues DROP COLUMN name; PRAGMA user_version = 1;")
    else:
        database.unlink()
    if damage in left:
        database.write_bytes(left[damage])
    assert made.run("status").out == before


def test_damaged_files_do_not_keep_the_others_from_coming_back(made: Project) -> None:
    event = '{"id": "1", "municipality": %s, "document": "d", "number": "n", "kind": "", "at": "", %s}'
    rest = '"verdict": null, "file": null, "told": {}'
    damaged = {
        "lists/bergen.1.json": '{"format": 1',
        "lists/bergen.2.json": '["a list"]',
        "lists/bergen.3.json": '{"format": 1, "municipality": {"slug": ["bergen"]}, "documents": ["no document"]}',
        "events/1.json": '{"id": 1}',
        "events/2.json": event % ("{}", rest),
        "events/3.json": event % ('"m"', rest),
    }
    before = made.run("status").out
    ledger = made.output / "ledger"
    (ledger / "ledger.sqlite").unlink()
    (ledger / "events").mkdir(exist_ok=True)
    for name, content in damaged.items():
        (ledger / name).write_text(content, encoding="utf-8")
    assert made.run("status").out == before


def test_packing_lists_alone_bring_back_what_was_issued(made: Project) -> None:
    shutil.rmtree(made.output / "ledger")
    assert made.run("status").out.splitlines()[-1] == (
        "3 documents to be signed: 3 issued, 0 sent, 0 returned, 0 verified"
    )


def test_numbers_go_by_the_bytes_of_the_latest_issue(ledger: Ledger) -> None:
    assert ledger.issues_of("bergen", _hash("a")) == {"paper": Issue(1, None)}
    ledger.record(_list("a", 1), "bergen", {})
    date = datetime.date(2026, 11, 23)
    second = Issue(2, Replaced(1, _hash("a")["paper"], date))
    assert ledger.issues_of("bergen", _hash("a")) == {"paper": Issue(1, None)}
    assert ledger.issues_of("bergen", _hash("b")) == {"paper": second}
    ledger.record(_list("b", 2), "bergen", {})
    assert ledger.issues_of("bergen", _hash("b")) == {"paper": second}
    assert ledger.issues_of("voss", _hash("b")) == {"paper": Issue(1, None)}
    assert (ledger.holds("bergen", _hash("a")), ledger.holds("bergen", _hash("b"))) == (False, True)
    assert [one.issue.number for one in standings(ledger)] == [2]


def test_a_run_that_was_slower_is_told_so(ledger: Ledger) -> None:
    ledger.record(_list("a", 1), "bergen", {})
    with pytest.raises(LedgerError, match=r"Another run issued Avtale for bergen meanwhile\. Run again"):
        ledger.record(_list("b", 1), "bergen", {})
    assert [one.sha256 for one in ledger.issues()] == [_hash("a")["paper"]]


def _note(folder: Path, start: int) -> None:
    for number in range(start, start + 40):
        with Ledger(folder) as ledger:
            ledger.note(_event(number))


def _event(number: int) -> Event:
    return event("bergen", "paper", number, "sent", NOON)


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_note, args=(tmp_path, start)) for start in (0, 100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with Ledger(tmp_path) as ledger:
        assert sorted(one.number for one in ledger.events()) == [
            start + step for start in (0, 100, 200) for step in range(40)
        ]


def test_a_killed_writer_leaves_a_whole_ledger(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writer = spawn.Process(target=_note, args=(tmp_path, 0))
    writer.start()
    while not list(tmp_path.glob("ledger/events/[!.]*")):
        time.sleep(0.01)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    with Ledger(tmp_path) as ledger:
        kept = {path.stem for path in tmp_path.glob("ledger/events/[!.]*.json")}
        assert kept - {one.id for one in ledger.events()} <= {_event(len(kept) - 1).id}
        ledger.note(_event(999))
        assert ledger.events()[-1].kind == "sent"


def test_clean_leaves_the_ledger(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for path in (
        "output/ledger/issued/a.pdf",
        "output/bergen/b.pdf",
        "output/.made/c",
        "output/bergen-signed/01-ks/d.pdf",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x", encoding="utf-8")
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("output/**/*")) == [
        "output/bergen-signed",
        "output/bergen-signed/01-ks",
        "output/bergen-signed/01-ks/d.pdf",
        "output/ledger",
        "output/ledger/issued",
        "output/ledger/issued/a.pdf",
    ]
