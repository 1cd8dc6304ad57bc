"""Makes .venv from a lock file with nothing but Python itself: no pip, no ensurepip, no compiler needed.

Debian's python3 comes without pip and ensurepip; so the pip wheel beside this file (MIT licence) does the installing.
"""

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"


def main(lock: str, folder: str | None = None) -> int:
    """Installs what `lock` pins into .venv, or with its Python into a folder; returns an exit status."""
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"Python 3.11 or newer is needed, this is {found}. Try: make PYTHON=python3.12 …", file=sys.stderr)
        return 1
    python = VENV / "bin" / "python"
    if not python.exists():
        print("Setting up .venv, once …", file=sys.stderr)
        venv.create(VENV, with_pip=False, clear=True)
    pip = next(HERE.glob("pip-*.whl")) / "pip"
    command = [python, pip, "--disable-pip-version-check", "install", "-qq", "--require-hashes", "--no-deps"]
    if folder:
        command += ["--upgrade", "--target", HERE.parent / folder]
    done = subprocess.run([*command, "--only-binary=:all:", "--requirement", HERE.parent / lock], check=False)
    if done.returncode:
        print(f"{lock} could not be installed; the lines above say why. Run the command again.", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
