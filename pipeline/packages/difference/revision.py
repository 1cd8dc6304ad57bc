"""The door to git: the municipalities and templates as they were at a revision, in a folder for a while."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import SettingsError, UsageError

_FOLDERS = ("municipalities", "templates")
_PATIENCE = 60
"""Seconds that git may take."""


@contextmanager
def at_revision(project: Path, revision: str) -> Iterator[Path]:
    """A folder with the municipalities and templates of `project` as they were at a commit, branch or tag.

    It is gone afterwards, and the repository is only read. Raises UsageError for a revision that there is not or that
    holds no such folders, SettingsError where git is missing or `project` lies in no repository.
    """
    commit = _commit(project, revision)
    archive = _git(project, "archive", "--format=zip", commit, "--", *_FOLDERS)
    if archive.returncode:
        raise UsageError(f"The revision {revision!r} has no {' and '.join(_FOLDERS)} to compare with. Choose a later.")
    with tempfile.TemporaryDirectory(prefix="pipeline-revision-") as folder:
        with zipfile.ZipFile(io.BytesIO(archive.stdout)) as members:
            members.extractall(folder)
        yield Path(folder)


def _commit(project: Path, revision: str) -> str:
    """The full name of the commit, so that nothing in `revision` passes for an option."""
    found = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    if found.stderr.startswith(b"fatal: not a git repository"):
        raise SettingsError(f"{project.resolve()} lies in no git repository, so there is no earlier revision of it.")
    raise UsageError(f"There is no revision {revision!r}. Name a commit, branch or tag, such as HEAD~1 or main.")


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise SettingsError("git is not installed. Install it, or name a folder to compare with.")
    try:
        return subprocess.run(  # noqa: S603  # the program is the git on the path; the revision is no option
            [program, "-C", str(project), *arguments],
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise SettingsError(f"git gave no answer in {_PATIENCE} seconds. Try once more.") from error
