"""Chooses who does the tasks of a run."""

from __future__ import annotations

from contextlib import AbstractContextManager

from pipeline.packages.run.scheduler import Here, Scheduler
from pipeline.packages.run.workers import Workers
from pipeline.settings import Settings


def open_scheduler(settings: Settings) -> AbstractContextManager[Scheduler]:
    """Worker processes, or this process alone where one worker is wanted. Raises SettingsError."""
    return Here(settings) if settings.workers == 1 else Workers(settings, settings.workers)
