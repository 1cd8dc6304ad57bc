"""Settings: where things are and how to convert, from the environment (PIPELINE_…) with the command line on top."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import SettingsError

_FACES = ("Regular", "Bold", "Italic", "BoldItalic")
ROOT = Path(__file__).resolve().parent.parent


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """Folders are absolute or below the current folder; PIPELINE_TEMPLATES=… and so on override them."""

    model_config = SettingsConfigDict(env_prefix="PIPELINE_", frozen=True, extra="ignore")

    municipalities: Path = Path("municipalities")
    templates: Path = Path("templates")
    output: Path = Path("output")
    trust: Path = Path("trust")
    """The certificates of those who are believed when they say who signed; there need not be any."""
    converter: Literal["embedded", "libreoffice"] = "embedded"
    timeout: float = Field(default=60.0, gt=0)
    """Seconds that a document's conversion may take."""
    workers: int = Field(default_factory=_cores, ge=1)
    """How many processes make documents; the cores of the machine unless told otherwise."""
    scheduler: str = ""
    """The address of a Dask scheduler whose workers make the documents instead; empty for this machine's own."""

    @property
    def programme(self) -> Path:
        """The folder of the programme's parties and prices."""
        return self.templates / "programme"

    @property
    def fonts(self) -> Path:
        """The folder of the fonts that documents may use."""
        return self.templates / "fonts"

    @property
    def form_font(self) -> Path:
        """The font in which form fields are filled."""
        return self.fonts / "Carlito-Regular.ttf"

    @property
    def lock_file(self) -> Path:
        """The file that pins every library with its hashes."""
        return ROOT / "requirements.lock"


class EsignSettings(BaseSettings):
    """The signing service and how it is known: PIPELINE_ESIGN_ENDPOINT=… and so on; the password is never shown."""

    model_config = SettingsConfigDict(env_prefix="PIPELINE_ESIGN_", frozen=True, extra="ignore")

    endpoint: str = Field(default="", pattern=r"^(https://[^\s?#]+)?$")
    """The service's https address, as its documentation gives it for test or production."""
    authorities: Path | None = None
    """A PEM file of the authorities behind the service's certificate; without it, those of the machine."""
    service: str = Field(default="", pattern=r"^([0-9]{9})?$")
    """The organisation number in the service's certificate, where that is an enterprise certificate without the
    host's name."""
    timeout: float = Field(default=30.0, gt=0)
    """Seconds for one request and its answer."""
    pause: float = Field(default=2.0, ge=0)
    """Seconds before something harmless is asked again after a fault; twice that before the third time."""
    queue: str = Field(default="pipeline", pattern=r"^[A-Za-z0-9-]{1,40}$")
    """How the queues of news begin that this program alone reads."""
    identifier: Literal["PERSONAL_IDENTIFICATION_NUMBER_AND_NAME", "DATE_OF_BIRTH_AND_NAME", "NAME"] | None = None
    """How the service names a signer in the signed document; its own choice if left out."""
    exit_url: str = ""
    """Where signers of a direct job come to in their browser afterwards."""
    password: SecretStr | None = None
    """Of the file with the certificate; asked for where it is not set."""


def read_esign_settings(**chosen: str | None) -> EsignSettings:
    """The settings of the signing service, with what the command line chose on top. Raises SettingsError."""
    try:
        return EsignSettings(**{key: value for key, value in chosen.items() if value})  # type: ignore[arg-type]  # as below
    except ValidationError as error:
        faults = "; ".join(f"PIPELINE_ESIGN_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        raise SettingsError(f"A setting is not right: {faults}. Correct or unset it.") from error


def read_settings(**chosen: str | int | None) -> Settings:
    """The settings, with what the command line chose on top. Raises SettingsError with every fault."""
    given = {key: value for key, value in chosen.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic checks the strings
    except ValidationError as error:
        faults = "; ".join(f"PIPELINE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        raise SettingsError(f"A setting is not right: {faults}. Correct or unset it.") from error
    for folder in (settings.municipalities, settings.templates):
        if not folder.is_dir():
            raise SettingsError(f"There is no folder {folder}. Run this where the project is, or set PIPELINE_… to it.")
    _require_fonts(settings)
    return settings


def _require_fonts(settings: Settings) -> None:
    """Every family has its four faces; for a missing one an engine would quietly take the machine's own."""
    families = {path.stem.partition("-")[0] for path in settings.fonts.glob("*.ttf")}
    families.add(settings.form_font.stem.partition("-")[0])
    wanted = [settings.fonts / f"{family}-{face}.ttf" for family in sorted(families) for face in _FACES]
    missing = [str(path) for path in wanted if not path.is_file()]
    if missing:
        raise SettingsError(f"Fonts are missing: {', '.join(missing)}. Get them back: git checkout -- {settings.fonts}")
