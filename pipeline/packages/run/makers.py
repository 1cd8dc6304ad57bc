"""What makes documents beside templates and facts: our own code, the engine, the fonts, the pinned libraries."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path

import pipeline
from pipeline.settings import Settings

_CODE = Path(pipeline.__file__).parent
_OF_DOCUMENTS = ("templating", "documents")
"""The rooms that turn facts and templates into a document; what `data` works out is among the facts."""


def makers_of_documents(settings: Settings, engine: str) -> str:
    """Changes whenever the same template and facts might give another document. `engine` is its name and version."""
    return _digest(engine, [path for room in _OF_DOCUMENTS for path in (_CODE / room).rglob("*.py")], settings)


def makers_of_packages(settings: Settings, engine: str) -> str:
    """Changes whenever the same files might give another package: the whole code, the register of municipalities."""
    code = [path for path in _CODE.rglob("*") if path.suffix in {".py", ".csv"}]
    return _digest(engine, code, settings)


def _digest(engine: str, code: Iterable[Path], settings: Settings) -> str:
    digest = hashlib.sha256(f"{pipeline.__version__} {engine} {platform.python_version()}".encode())
    fonts = sorted(settings.fonts.glob("*.ttf"))
    for path in (*sorted(code), settings.lock_file, *fonts):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
