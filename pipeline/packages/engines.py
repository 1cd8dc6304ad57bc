"""The converters that the settings can choose."""

from __future__ import annotations

from contextlib import AbstractContextManager

from pipeline.documents.convert import Engine
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.libreoffice import LibreOfficeEngine
from pipeline.settings import Settings


def engine_names(settings: Settings) -> tuple[str, str]:
    """Name and version of the embedded engine and of LibreOffice. Raises SettingsError where that is missing."""
    with LibreOfficeEngine(settings.fonts, settings.timeout) as reference:
        return EmbeddedEngine(settings.fonts, settings.timeout).name, reference.name


def open_engine(settings: Settings) -> AbstractContextManager[Engine]:
    """The converter that the settings choose. Raises SettingsError when it is not installed."""
    if settings.converter == "libreoffice":
        return LibreOfficeEngine(settings.fonts, settings.timeout)
    return EmbeddedEngine(settings.fonts, settings.timeout)


def engine_name(settings: Settings) -> str:
    """Name and version of the converter that the settings choose. Raises SettingsError when it is not installed."""
    if settings.converter == "libreoffice":
        with LibreOfficeEngine(settings.fonts, settings.timeout) as engine:
            return engine.name
    return EmbeddedEngine(settings.fonts, settings.timeout).name
