"""What the benchmark needs on the machine, and what machine it is."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.unoserver_process import SYSTEM_PYTHON


def missing(installed: Path) -> list[str]:
    """A sentence for each program that is not there, with what to do. `installed` is what `make bench` set up."""
    found = []
    if not Path("/proc/self/stat").exists():
        found.append("Memory and processor time are read from /proc, so the benchmark runs on Linux only.")
    if not shutil.which("soffice"):
        found.append("LibreOffice is missing: apt-get install libreoffice-writer-nogui")
    if not SYSTEM_PYTHON.exists() or _lacks_uno():
        found.append(f"{SYSTEM_PYTHON} finds no module uno, which unoserver needs: apt-get install python3-uno")
    if not shutil.which("node"):
        found.append("Node.js is missing, which docxtemplater needs: apt-get install nodejs npm")
    if not (installed / "node_modules" / "docxtemplater").exists():
        found.append(f"{installed} is not set up. Start with: make bench")
    return found


def _lacks_uno() -> bool:
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode != 0


def machine(installed: Path) -> dict[str, Any]:
    """The machine, and the versions of all that is measured."""
    memory = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="utf-8"))
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / 2**20, 1) if memory else None,
        "kernel": f"{platform.system()} {platform.release()}",
        "system": platform.freedesktop_os_release().get("PRETTY_NAME"),
        "load_before": os.getloadavg()[0],
        "versions": {
            "Python": platform.python_version(),
            "office2pdf": version("office2pdf-python"),
            "docxtpl": version("docxtpl"),
            "docxtemplater": _npm(installed / "node_modules" / "docxtemplater"),
            "Node.js": _says(["node", "--version"]),
            "unoserver": _unoserver(installed),
            "LibreOffice": " ".join(_says(["soffice", "--version"]).split()[1:2]),
            "pipeline": _says(["git", "rev-parse", "--short", "HEAD"]),
        },
    }


def _processor() -> str:
    match = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return match[1].strip() if match else platform.machine()


def _npm(package: Path) -> str:
    text = (package / "package.json").read_text(encoding="utf-8")
    match = re.search(r'"version":\s*"([^"]+)"', text)
    return match[1] if match else ""


def _unoserver(installed: Path) -> str:
    found = next(installed.glob("unoserver-*.dist-info"), None)
    return found.name.removeprefix("unoserver-").removesuffix(".dist-info") if found else ""


def _says(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
