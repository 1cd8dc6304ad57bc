"""An earlier revision in a folder for a while, and one sentence where there is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import Project

from pipeline.errors import SettingsError, UsageError
from pipeline.packages.difference.revision import at_revision

NAME = ["-c", "user.name=Prøve", "-c", "user.email=prove@example.org", "-c", "commit.gpgsign=false"]


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *NAME, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Project:
    """Two commits: one without the folders, and one with a municipality and a template."""
    root = tmp_path / "repository"
    root.mkdir()
    _git(root, "init", "--quiet", "--initial-branch=main")
    (root / "README.md").write_text("Først", encoding="utf-8")
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message=Først")
    for path in ("municipalities/voss.toml", "templates/plan/nb.docx", "output/voss.pdf"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(f"{path} før".encode())
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message=Mapper")
    _git(root, "tag", "v1")
    return Project(root)


@pytest.mark.parametrize("revision", ["HEAD", "main", "v1", "@{0}"])
def test_the_folders_are_as_they_were_and_gone_afterwards(repository: Project, revision: str) -> None:
    repository.change("municipalities/voss.toml", "før", "nå")
    status = _git(repository.root, "status", "--porcelain")
    with at_revision(repository.root, revision) as folder:
        files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
    assert files == {
        "municipalities/voss.toml": "municipalities/voss.toml før",
        "templates/plan/nb.docx": "templates/plan/nb.docx før",
    }
    assert not folder.exists()
    assert _git(repository.root, "status", "--porcelain") == status != ""


def test_a_project_inside_a_repository_is_found_too(repository: Project) -> None:
    inner = repository.root / "inner"
    inner.mkdir()
    for name in ("municipalities", "templates"):
        shutil.move(repository.root / name, inner / name)
    _git(repository.root, "add", ".")
    _git(repository.root, "commit", "--quiet", "--message=Flyttet")
    with at_revision(inner, "HEAD") as folder:
        assert sorted(path.name for path in folder.iterdir()) == ["municipalities", "templates"]


@pytest.mark.parametrize("revision", ["v2", "HEAD~9", "", "--output=stolen", "no such thing", "HEAD:templates"])
def test_a_revision_that_there_is_not_is_one_sentence(repository: Project, revision: str) -> None:
    with pytest.raises(UsageError) as caught, at_revision(repository.root, revision):
        pass
    sentence = f"There is no revision {revision!r}. Name a commit, branch or tag, such as HEAD~1 or main."
    assert str(caught.value) == sentence
    assert not (repository.root / "stolen").exists()


def test_a_revision_without_the_folders_is_one_sentence(repository: Project) -> None:
    with pytest.raises(UsageError) as caught, at_revision(repository.root, "HEAD~1"):
        pass
    assert str(caught.value) == (
        "The revision 'HEAD~1' has no municipalities and templates to compare with. Choose a later."
    )


def test_a_folder_in_no_repository_is_one_sentence(tmp_path: Path) -> None:
    sentence = "lies in no git repository, so there is no earlier revision of it"
    with pytest.raises(SettingsError, match=sentence), at_revision(tmp_path, "HEAD"):
        pass


def test_without_git_it_says_so(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository.root))
    with pytest.raises(SettingsError, match="git is not installed"), at_revision(repository.root, "HEAD"):
        pass
