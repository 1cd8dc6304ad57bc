"""A cohort of twenty of which one is broken on purpose and one lacks facts: eighteen get their packages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bench.country import country, write_municipalities
from conftest import ROOT, Project, keep_few_papers

pytestmark = pytest.mark.slow


def test_one_broken_and_one_incomplete_municipality_stop_no_other(tmp_path: Path) -> None:
    municipalities = tmp_path / "municipalities"
    members = write_municipalities(country()[:20], municipalities)
    broken, lacking = members[7], members[13]
    (municipalities / "cohorts").mkdir()
    listed = ", ".join(f'"{slug}"' for slug in members)
    text = f'title = "Tjue"\nmembers = [{listed}]\ndate = 2026-11-23\n'
    (municipalities / "cohorts" / "twenty.toml").write_text(text, encoding="utf-8")
    path = municipalities / f"{broken}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[signatory]", "[signatory", 1), encoding="utf-8")
    path = municipalities / f"{lacking}.toml"
    path.write_text(re.sub(r"^her_id = .*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE), "utf-8")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    keep_few_papers(tmp_path / "templates", ("ks-agreement", "citizen-letter"))

    project = Project(tmp_path)
    ran = project.run("cohort", "twenty", "--workers", "2")
    assert ran.code == 10
    assert "18 of 20 packages are ready; 54 documents were made." in ran.out.splitlines()
    told = [line for line in ran.err.splitlines() if line.startswith("No package")]
    assert told[0] == f"No package for {broken}: A TOML file is not valid."
    assert told[1].startswith(f"No package for {lacking}: municipalities/{lacking}.toml has ")
    whole = {path.parent.name for path in project.output.glob("*/packing-list.json")}
    assert whole == set(members) - {broken, lacking}
    page = (project.output / "cohorts" / "twenty" / "index.html").read_text(encoding="utf-8")
    assert "18 av 20 kommuner har pakken sin klar." in page.replace("\u00a0", " ")
