"""The same run on a real Dask scheduler with two workers on loopback, which have no folder in common with it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Project

pytestmark = pytest.mark.cluster
PATIENCE = 60.0
"""Seconds after which a process counts as hanging."""


@dataclass
class Cluster:
    """A scheduler and its workers, as processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    folder: Path


def _start(folder: Path, *arguments: str, python_path: Path = ROOT) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(python_path)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _worker(folder: Path, address: str, python_path: Path = ROOT) -> subprocess.Popen[bytes]:
    wanted = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    return _start(folder, "worker", address, *wanted, python_path=python_path)


def _address(folder: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", (folder / "log").read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text(encoding="utf-8"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler on a free port of loopback with two workers."""
    folder = tmp_path / "scheduler"
    scheduler = _start(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    workers: list[subprocess.Popen[bytes]] = []
    try:
        address = _address(folder)
        workers += [_worker(tmp_path / f"worker{number}", address) for number in (1, 2)]
        yield Cluster(address, workers, tmp_path)
    finally:
        for process in (*workers, scheduler):
            _stop(process)


def _made_here(project: Project) -> dict[str, dict[str, bytes]]:
    """The packages of two municipalities as this machine makes them; the output is empty afterwards."""
    for path in (project.root / "municipalities").glob("*.toml"):
        if path.stem not in {"bergen", "utsira"}:
            path.unlink()
    ran = project.run("all", "--date", "2026-11-23", PIPELINE_WORKERS="2")
    assert ran.code == 0, ran.err
    files = {slug: project.files(slug) for slug in ("bergen", "utsira")}
    project.output.rename(project.root / "made-here")
    return files


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(project: Project, cluster: Cluster) -> None:
    expected = _made_here(project)
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "all", "--date", "2026-11-23", "--scheduler", cluster.address],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    kept = project.output / ".made" / "documents"
    end = time.monotonic() + PATIENCE
    while len(list(kept.glob("*/*"))) < 2:
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < end
        time.sleep(0.05)
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    assert "2 of 2 packages are ready; 10 documents were made." in out.decode()
    assert {slug: project.files(slug) for slug in expected} == expected
    again = project.run("all", "--date", "2026-11-23", "--scheduler", cluster.address)
    assert "2 of 2 packages are ready; 0 documents were made." in again.out


def test_what_is_wrong_is_told_with_the_paths_of_the_one_who_asks(project: Project, cluster: Cluster) -> None:
    template = project.root / "templates" / "project-plan" / "nb.docx"
    template.write_bytes(template.read_bytes()[:1000])
    ran = project.run("package", "bergen", "--scheduler", cluster.address)
    here = project.run("package", "bergen")
    assert ran.code == here.code == 5
    told = [line for line in here.err.splitlines() if "nb.docx" in line]
    assert told
    assert [line for line in ran.err.splitlines() if "nb.docx" in line] == told


def test_a_worker_with_other_code_is_refused_and_says_so(project: Project, cluster: Cluster) -> None:
    for worker in cluster.workers:
        _stop(worker)
    other = cluster.folder / "other"
    shutil.copytree(ROOT / "pipeline", other / "pipeline")
    shutil.copy(ROOT / "requirements.lock", other)
    changed = other / "pipeline" / "documents" / "merge.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# another version\n", encoding="utf-8")
    cluster.workers[:] = [_worker(cluster.folder / "worker3", cluster.address, other)]
    ran = project.run("package", "utsira", "--scheduler", cluster.address)
    assert ran.code == 3
    assert ran.err.splitlines()[-1] == (
        "Error: A worker has another version of the pipeline or its libraries. Set it up like this machine."
    )


def test_no_scheduler_and_no_worker_is_one_sentence(project: Project, cluster: Cluster) -> None:
    for worker in cluster.workers:
        _stop(worker)
    none = project.run("package", "utsira", "--scheduler", cluster.address)
    assert (none.code, none.err.splitlines()[-1]) == (
        3,
        f"Error: The scheduler at {cluster.address} has no worker. Start one, and run again.",
    )
    wrong = project.run("package", "utsira", "--scheduler", "tcp://127.0.0.1:9")
    assert (wrong.code, wrong.err.splitlines()[-1]) == (
        3,
        "Error: No scheduler answers at tcp://127.0.0.1:9. Start it, or correct the address.",
    )
