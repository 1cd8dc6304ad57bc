"""A run that is killed or stopped at any moment leaves whole packages only, and the next run goes on where it was."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Project, keep_few_papers

KILLS = int(os.environ.get("KILLS", "4"))
"""How many random moments are tried; KILLS=50 takes seven minutes."""
PATIENCE = 20.0
"""Seconds after which a process that should have ended counts as left behind."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, dict[str, bytes]], float]:
    """A cohort of two made without disturbance: the project, its files, and how long it took in seconds."""
    root = tmp_path_factory.mktemp("broken")
    for folder in ("municipalities", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    keep_few_papers(root / "templates", ("ks-agreement", "citizen-letter"))
    text = 'title = "To"\nmembers = ["utsira", "voss"]\ndate = 2026-11-23\n'
    (root / "municipalities" / "cohorts" / "two.toml").write_text(text, encoding="utf-8")
    project = Project(root)
    begun = time.monotonic()
    ran = project.run("cohort", "two", "--workers", "2")
    took = time.monotonic() - begun
    assert ran.code == 0, ran.err
    return project, {slug: project.files(slug) for slug in ("utsira", "voss")}, took


def _begin(project: Project, *arguments: str) -> subprocess.Popen[bytes]:
    """A run in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", "cohort", "two", "--workers", "2", *arguments],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PIPELINE_WORKERS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _others_in(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, member = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(member) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


def _wait_until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def _whole(project: Project, slug: str, files: dict[str, bytes]) -> bool:
    return not (project.output / slug).exists() or project.files(slug) == files


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_leaves_whole_packages_and_the_next_ends_with_the_same_bytes(
    undisturbed: tuple[Project, dict[str, dict[str, bytes]], float], number: int
) -> None:
    project, files, took = undisturbed
    if number % 2 == 0:
        shutil.rmtree(project.output)
    moment = random.Random(number).uniform(0, took)  # noqa: S311  # the same moments in each run of the tests
    process = _begin(project, *(["--force"] if number % 2 else []))
    time.sleep(moment)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert _wait_until(lambda: _others_in(process.pid) == []), "a worker was left behind"
    assert all(_whole(project, slug, expected) for slug, expected in files.items())
    ran = project.run("cohort", "two", "--workers", "2")
    assert ran.code == 0, ran.err
    assert {slug: project.files(slug) for slug in files} == files
    assert sorted(path.name for path in project.output.iterdir()) == [".made", "cohorts", "ledger", "utsira", "voss"]


@pytest.mark.slow
def test_ctrl_c_ends_promptly_and_says_so(
    undisturbed: tuple[Project, dict[str, dict[str, bytes]], float],
) -> None:
    project, files, took = undisturbed
    process = _begin(project, "--force")
    time.sleep(took / 2)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert (
        told.decode().splitlines()[-1]
        == "Stopped. What is finished is whole, and the rest is as it was before; run again to go on."
    )
    assert "Traceback" not in told.decode()
    assert _wait_until(lambda: _others_in(process.pid) == []), "a worker was left behind"
    assert {slug: project.files(slug) for slug in files} == files


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced_and_its_documents_are_made(
    undisturbed: tuple[Project, dict[str, dict[str, bytes]], float],
) -> None:
    project, files, _ = undisturbed
    process = _begin(project, "--force")
    assert _wait_until(lambda: len(_others_in(process.pid)) >= 4)
    worker = next(one for one in _others_in(process.pid) if _parent(one) == process.pid and _is_worker(one))
    os.kill(worker, signal.SIGKILL)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told.decode()
    assert {slug: project.files(slug) for slug in files} == files


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _is_worker(process: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
