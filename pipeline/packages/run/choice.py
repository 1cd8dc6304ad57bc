"""Chooses who does the tasks of a run."""

from __future__ import annotations

from contextlib import AbstractContextManager

from pipeline.errors import SettingsError
from pipeline.packages.run.scheduler import Here, Scheduler
from pipeline.packages.run.workers import Workers
from pipeline.settings import Settings


def open_scheduler(settings: Settings) -> AbstractContextManager[Scheduler]:
    """A Dask cluster where its address is set, else worker processes, or this process where one worker is wanted.

    Raises SettingsError where the cluster cannot be used.
    """
    if settings.scheduler:
        return _cluster(settings)
    return Here(settings) if settings.workers == 1 else Workers(settings, settings.workers)


def _cluster(settings: Settings) -> AbstractContextManager[Scheduler]:
    try:
        from pipeline.packages.run.cluster import Cluster  # noqa: PLC0415  # an extra that few install
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{error.name} is not installed, which --scheduler needs. Run: make setup-cluster"
        ) from error
    return Cluster(settings, settings.scheduler)
