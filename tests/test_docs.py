"""The documents say what there is: each command, option, make target, error family and setting."""

from __future__ import annotations

import io
import re
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.cli.main import main
from pipeline.settings import EsignSettings, Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, flags=re.MULTILINE)


def _help(*command: str) -> str:
    told = io.StringIO()
    with redirect_stdout(told), pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return told.getvalue()


def test_these_tests_find_targets_and_options() -> None:
    assert {"package", "test", "help"} <= set(TARGETS)
    assert "--date" in _help("package")
    assert {"package", "check", "preview"} <= set(NAMES)


@pytest.mark.parametrize("target", TARGETS)
def test_each_make_target_is_in_the_readme_and_in_make_help(target: str) -> None:
    assert f"make {target}" in README
    told = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert f"make {target}" in told


def test_each_phony_target_explains_itself() -> None:
    phony = re.findall(r"^\.PHONY:(.*)$", MAKEFILE, flags=re.MULTILINE)
    assert set(" ".join(phony).split()) == set(TARGETS)


NAMES = re.findall(r"^    ([a-z]+) ", _help(), flags=re.MULTILINE)


@pytest.mark.parametrize("command", NAMES)
def test_each_command_and_its_options_are_in_the_readme(command: str) -> None:
    assert f"`{command} " in README or f"make {command}" in README
    for option in set(re.findall(r"--[a-z]+", _help(command))) - {"--help"}:
        assert option in README, option


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_each_setting_is_in_the_readme(setting: str) -> None:
    assert f"PIPELINE_{setting.upper()}" in README


@pytest.mark.parametrize("setting", EsignSettings.model_fields)
def test_each_setting_of_the_signing_service_is_in_its_page(setting: str) -> None:
    assert f"PIPELINE_ESIGN_{setting.upper()}" in (ROOT / "docs" / "esigning.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", list(errors.ExitCode))
def test_each_exit_code_is_explained(code: errors.ExitCode) -> None:
    assert re.search(rf"\b{code.value}\b", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("family", errors.PipelineError.__subclasses__())
def test_each_error_family_is_explained(family: type[errors.PipelineError]) -> None:
    assert re.search(
        rf"^#+ .*{family.__name__}", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md"], ids=lambda page: page.name)
def test_each_link_between_the_documents_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", [path.name for path in ROOT.glob("requirements*.lock")])
def test_the_lock_files_travel(name: str) -> None:
    """Pinned with hashes, and no address of an index."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE)
    assert len(pinned) > 20
    assert len(re.findall(r"^[a-z0-9-]+==.* \\\n    --hash=sha256:", text, flags=re.MULTILINE)) == len(pinned)
    assert "index-url" not in text
    assert "://" not in text
