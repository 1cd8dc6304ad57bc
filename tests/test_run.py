"""Many packages in one run: a cohort by the command line, what is made again and what is not, and what is told."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import Project

PAPERS = {
    "avtale-med-ks": "ks-agreement",
    "bestilling-til-nhn": "nhn-order-form",
    "standardmeldinger": "standard-messages",
    "prosjektplan": "project-plan",
}


def _cohort(project: Project, *members: str, more: str = "") -> None:
    listed = ", ".join(f'"{slug}"' for slug in members)
    text = f'title = "Prøve"\nmembers = [{listed}]\ndate = 2026-11-23\n{more}'
    folder = project.root / "municipalities" / "cohorts"
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "trial.toml").write_text(text, encoding="utf-8")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text.count(old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def _log(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def _made(text: str) -> set[tuple[object, object]]:
    return {(one["municipality"], one["document"]) for one in _log(text) if one["event"] == "document"}


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, few_templates: Path) -> Project:
    """A cohort of two whose packages are made; not to be changed."""
    root = tmp_path_factory.mktemp("cohort")
    shutil.copytree(Path(__file__).parent.parent / "municipalities", root / "municipalities")
    shutil.copytree(few_templates, root / "templates")
    project = Project(root)
    _cohort(project, "bergen", "utsira")
    ran = project.run("cohort", "trial")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "  output/bergen/  (5 documents, 5 of them made now)",
        "  output/utsira/  (5 documents, 5 of them made now)",
        "2 of 2 packages are ready; 10 documents were made.",
        "Open output/cohorts/trial/index.html in a browser.",
    ]
    return project


@pytest.fixture
def made(made_once: Project, tmp_path: Path) -> Project:
    """The same, to be changed."""
    shutil.copytree(made_once.root, tmp_path / "project", copy_function=shutil.copy2)
    return Project(tmp_path / "project")


def test_what_is_unchanged_is_not_made_again(made: Project) -> None:
    before = made.files("bergen")
    ran = made.run("cohort", "trial", "--log", "json")
    assert _made(ran.err) == set()
    assert ran.out.splitlines() == [
        "  output/bergen/  (5 documents, all unchanged)",
        "  output/utsira/  (5 documents, all unchanged)",
        "2 of 2 packages are ready; 0 documents were made.",
        "Open output/cohorts/trial/index.html in a browser.",
    ]
    assert made.files("bergen") == before


@pytest.mark.slow
def test_force_makes_everything_again_and_nothing_changes(made: Project) -> None:
    before = made.files("utsira")
    ran = made.run("package", "utsira", "--date", "2026-11-23", "--force", "--log", "json")
    assert len(_made(ran.err)) == 5
    assert made.files("utsira") == before


def _archived(files: dict[str, bytes]) -> set[str]:
    """The archive copies, each of which carries the packing list and the facts."""
    found = {name for name in files if name.startswith("archive/")}
    assert found
    return found


def test_a_changed_template_remakes_that_document_and_what_tells_of_it(made: Project) -> None:
    before = {slug: made.files(slug) for slug in ("bergen", "utsira")}
    path = made.root / "templates" / "project-plan" / "document.toml"
    _replace(path, 'version = "', 'version = "9')
    ran = made.run("cohort", "trial", "--log", "json")
    documents = {"Prosjektplan", "Forside"}  # the cover tells which issue is replaced
    assert _made(ran.err) == {(slug, title) for slug in ("bergen", "utsira") for title in documents}
    for slug, files in before.items():
        now = made.files(slug)
        changed = {name for name in files if files[name] != now[name]}
        assert changed == {
            "00-forside.pdf",
            "04-project/prosjektplan.docx",
            "04-project/prosjektplan.pdf",
            f"{slug}.zip",
            "packing-list.json",
            "provenance.json",
            *_archived(files),
        }


def test_a_changed_fact_remakes_only_the_documents_that_use_it(made: Project) -> None:
    _replace(made.root / "municipalities" / "bergen.toml", "calls_per_day = ", "calls_per_day = 9")
    ran = made.run("cohort", "trial", "--log", "json")
    assert _made(ran.err) == {("bergen", "Prosjektplan"), ("bergen", "Forside")}


def test_a_changed_mail_remakes_no_document(made: Project) -> None:
    before = made.files("bergen")
    _replace(made.root / "templates" / "mail" / "ks" / "nb.txt", "Hei!", "God dag!")
    assert _made(made.run("cohort", "trial", "--log", "json").err) == set()
    now = made.files("bergen")
    assert {name for name in now if now[name] != before[name]} == {"send/ks.eml", "send/ks.txt"}


@pytest.mark.slow
def test_a_remark_in_a_file_of_facts_remakes_no_document_but_tells_the_new_lines(made: Project) -> None:
    path = made.root / "municipalities" / "bergen.toml"
    path.write_text("# En linje til.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = made.files("bergen")
    ran = made.run("cohort", "trial", "--log", "json")
    assert _made(ran.err) == set()
    now = made.files("bergen")
    assert {name for name in now if now[name] != before[name]} == {
        "bergen.zip",
        "packing-list.json",
        "provenance.json",
        *_archived(now),
    }
    fresh = made.run("package", "bergen", "--date", "2026-11-23", "--force")
    assert fresh.code == 0
    assert made.files("bergen") == now


@pytest.mark.slow
def test_another_date_is_another_paper(made: Project) -> None:
    ran = made.run("package", "utsira", "--date", "2026-11-24", "--log", "json")
    assert len(_made(ran.err)) == 5


@pytest.mark.parametrize("change", ["changed", "removed", "added"])
def test_a_package_that_somebody_touched_is_put_right_without_making_documents(made: Project, change: str) -> None:
    before = made.files("bergen")
    path = made.output / "bergen" / "01-ks" / "avtale-med-ks.pdf"
    if change == "changed":
        path.write_bytes(path.read_bytes() + b"\n")
    elif change == "removed":
        path.unlink()
    else:
        (path.parent / "notat.txt").write_text("mitt", encoding="utf-8")
    ran = made.run("cohort", "trial", "--log", "json")
    assert _made(ran.err) == set()
    assert made.files("bergen") == before


@pytest.mark.slow
def test_a_kept_document_that_is_damaged_is_made_again(made: Project) -> None:
    before = made.files("bergen")
    shutil.rmtree(made.output / "bergen")
    for path in (made.output / ".made" / "documents").glob("*/*"):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
    ran = made.run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 0, ran.err
    assert made.files("bergen") == before


def test_one_municipality_s_fault_stops_no_other_and_all_is_told(made: Project) -> None:
    _cohort(made, "bergen", "hattfjelldal", "nowhere", "utsira")
    path = made.root / "municipalities" / "bergen.toml"
    _replace(path, "calls_per_day = ", "calls_per_day = true # ")
    before = made.files("bergen")
    ran = made.run("cohort", "trial")
    assert ran.code == 10
    assert ran.out.splitlines() == [
        "  output/utsira/  (5 documents, all unchanged)",
        "1 of 4 packages are ready; 0 documents were made.",
        "Open output/cohorts/trial/index.html in a browser.",
    ]
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "calls_per_day" in text)
    told = [one for one in ran.err.splitlines() if not re.match(r"\d/4 ", one)]
    assert told == [
        "No package for bergen: municipalities/bergen.toml has 1 problem.",
        f"  municipalities/bergen.toml:{line}  home_care.calls_per_day: must be a whole number. "
        "Write it without quotes and without decimals.",
        "No package for hattfjelldal: municipalities/hattfjelldal.toml has 2 problems.",
        "  municipalities/hattfjelldal.toml:108  milestones.full_operation: is missing. Add it.",
        "  municipalities/hattfjelldal.toml:108  milestones.pilot_start: is missing. Add it.",
        "No package for nowhere: There is no municipality file municipalities/nowhere.toml. There is: bergen, "
        "hattfjelldal, karasjok, oslo, utsira, voss.",
    ]
    assert made.files("bergen") == before


@pytest.mark.slow
def test_the_log_tells_a_machine_of_each_document_and_each_municipality(made: Project) -> None:
    _cohort(made, "bergen", "hattfjelldal", more="[milestones]\npilot_start = 2027-05-24\n")
    ran = made.run("cohort", "trial", "--force", "--log", "json")
    events = _log(ran.err)
    assert [one["event"] for one in events].count("document") == 5
    [bergen, hattfjelldal] = sorted(
        (one for one in events if one["event"] == "municipality"), key=lambda one: str(one["municipality"])
    )
    assert (bergen["state"], bergen["documents"], bergen["made"]) == ("complete", 5, 5)
    assert hattfjelldal["problems"] == [
        {
            "file": "municipalities/hattfjelldal.toml",
            "line": 108,
            "place": "milestones.full_operation",
            "what": "is missing.",
            "todo": "Add it.",
        }
    ]
    assert events[-1]["municipalities_done"] == events[-1]["of_municipalities"] == 2
    assert events[-1]["failures"] == 1


def test_all_makes_every_municipality_that_has_a_file(made: Project) -> None:
    for path in (made.root / "municipalities").glob("*.toml"):
        if path.stem not in {"bergen", "utsira"}:
            path.unlink()
    ran = made.run("all", "--date", "2026-11-23")
    assert ran.out.splitlines()[-2] == "2 of 2 packages are ready; 0 documents were made."


@pytest.mark.slow
def test_two_workers_give_the_same_bytes_as_one(made: Project) -> None:
    before = {slug: made.files(slug) for slug in ("bergen", "utsira")}
    ran = made.run("cohort", "trial", "--force", "--workers", "2")
    assert ran.code == 0, ran.err
    assert {slug: made.files(slug) for slug in before} == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("cohort", "trail"), "Error: There is no cohort file municipalities/cohorts/trail.toml. Did you mean trial?"),
        (("cohort", "trial", "--workers", "0"), "'0' is not a number of processes; write 1 or more"),
        (("cohort", "trial", "--package", "onbording"), "There is no package 'onbording'. Did you mean onboarding?"),
    ],
)
def test_a_wrong_word_is_one_sentence(made_once: Project, arguments: tuple[str, ...], told: str) -> None:
    ran = made_once.run(*arguments)
    assert ran.code == 2
    assert told in ran.err
