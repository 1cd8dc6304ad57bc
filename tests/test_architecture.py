"""The house rules that a reader relies on: the order of the rooms, one door per library, who prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIPELINE = ROOT / "pipeline"
FILES = sorted(PIPELINE.rglob("*.py"))
ROOMS = ["errors", "data", "templating", "documents", "settings", "packages", "cli", "__main__"]
DOORS = {
    "cryptography": {"packages/esign/certificate.py"},
    "http": {"packages/esign/connection.py"},
    "ssl": {"packages/esign/connection.py"},
    "PIL": {"documents/returned/pictures.py"},
    "asn1crypto": {"documents/returned/trust.py"},
    "pyhanko": {"documents/returned/signatures.py"},
    "pyhanko_certvalidator": {"documents/returned/signatures.py"},
    "distributed": {"packages/run/cluster.py"},
    "babel": {"templating/filters.py"},
    "docxtpl": {"templating/office_template.py"},
    "office2pdf": {"documents/embedded.py"},
    "openpyxl": {"documents/workbook.py"},
    "pikepdf": {
        "documents/enclosures.py",
        "documents/pdf_objects.py",
        "documents/pdf_shape.py",
        "documents/pdf_tags.py",
        "documents/preflight/part_reading.py",
        "documents/preflight/reading.py",
        "documents/preflight/tag_reading.py",
    },
    "pptx": {"templating/chart_data.py"},
    "pydantic_settings": {"settings.py"},
    "pypdf": {"templating/pdf_form.py"},
    "pypdfium2": {"documents/pdf_text.py", "documents/pdf_characters.py", "documents/returned/scanned.py"},
    "reportlab": {"templating/form_text.py", "documents/chart_drawing.py"},
    "sqlite3": {"packages/ledger/database.py"},
    "stdnum": {"data/text.py"},
    "subprocess": {"documents/libreoffice.py", "documents/verapdf.py", "packages/difference/revision.py"},
    "tomllib": {"data/toml_file.py"},
}


@cache
def _imports(file: Path) -> tuple[str, ...]:
    return tuple(_imported(ast.parse(file.read_text(encoding="utf-8"))))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_these_tests_find_the_modules() -> None:
    assert len(FILES) > 40
    assert {_room(f"pipeline.{'.'.join(file.relative_to(PIPELINE).with_suffix('').parts)}") for file in FILES} >= set(
        ROOMS
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PIPELINE)))
def test_a_room_imports_only_rooms_before_it(file: Path) -> None:
    own = file.relative_to(PIPELINE).with_suffix("").parts[0]
    if own == "__init__":
        return
    later = set(ROOMS[ROOMS.index(own) + 1 :])
    wrong = [name for name in _imports(file) if name.startswith("pipeline.") and _room(name) in later]
    assert wrong == []


@pytest.mark.parametrize("library", DOORS)
def test_an_outside_library_has_one_door(library: str) -> None:
    users = {
        str(file.relative_to(PIPELINE)) for file in FILES if library in {name.split(".")[0] for name in _imports(file)}
    }
    assert users == DOORS[library]


def test_only_the_command_line_prints_or_exits() -> None:
    guilty = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and node.id in {"print", "SystemExit", "exit"}:
                guilty.add(str(file.relative_to(PIPELINE)))
    assert {Path(name).parts[0] for name in guilty} == {"cli", "__main__.py"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PIPELINE)))
def test_a_module_opens_with_what_it_is_for_and_stays_readable(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 250


def test_no_programme_is_named_in_code() -> None:
    """They belong in templates, package files and TOML, so that another programme can use the pipeline."""
    named = {"digihelse@ks.no", "Norsk helsenett", "Helsenorge", "helsenorge.no", "ks-agreement"}
    guilty = [
        (file.name, name)
        for file in FILES
        for name in named
        if name in file.read_text(encoding="utf-8") and file.name != "municipality.py"
    ]
    assert guilty == []
