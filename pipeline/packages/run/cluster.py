"""The door to Dask distributed: documents made on other machines, which need no folder in common with this one."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from distributed import CancelledError, Client, Future, KilledWorker, WorkerPlugin, get_worker, wait

from pipeline.errors import ConversionError, PipelineError, SettingsError
from pipeline.packages.contents import Workshop
from pipeline.packages.engines import engine_name, open_engine
from pipeline.packages.run.makers import makers_of_documents
from pipeline.packages.run.task import Done, Task, do, own_fault
from pipeline.settings import Settings
from pipeline.templating.office_archive import packed, unpacked

_PATIENCE = 15.0
"""Seconds to wait for the scheduler, and for a worker where there is none."""
_FRESH = 2.0
"""Seconds for which the number of workers is taken to be the same."""


class Cluster:
    """Gives the tasks to a Dask scheduler. Use it as a context manager.

    The workers get the templates from here, those that join later too, and give the documents back; a worker that is
    lost is replaced by Dask, and what it was making is made by another.
    """

    def __init__(self, settings: Settings, address: str) -> None:
        """`address` is the scheduler's, such as tcp://10.0.0.5:8786 or tls://…"""
        self._settings, self._address = settings, address
        self._running: dict[Future[Done], Task] = {}
        self._counted, self._width = 0.0, 1
        self._plugin = f"pipeline-{uuid.uuid4().hex}"

    def __enter__(self) -> Self:
        """Raises SettingsError where no scheduler answers, or no worker is there that can load the pipeline."""
        try:
            self._client = Client(self._address, timeout=_PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingsError(
                f"No scheduler answers at {self._address}. Start it, or correct the address."
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
            self._client.register_plugin(_Project(self._settings, _snapshot(self._settings)), name=self._plugin)
        except TimeoutError as error:
            self._client.close()
            raise SettingsError(f"The scheduler at {self._address} has no worker. Start one, and run again.") from error
        except Exception as error:
            self._client.close()
            what = f"{type(error).__name__}: {error}".rstrip(": .")
            raise SettingsError(f"A worker of {self._address} cannot load this pipeline ({what}).") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, TimeoutError, CancelledError):  # where the scheduler is gone, nothing is left to clear
            if self._running:
                self._client.cancel(list(self._running), force=True)
            self._client.unregister_worker_plugin(self._plugin)
        self._client.close()

    def has_room(self) -> bool:
        """Whether there are fewer than two tasks for each worker."""
        if time.monotonic() - self._counted > _FRESH:
            self._counted, self._width = time.monotonic(), max(1, len(self._client.nthreads()))
        return len(self._running) < 2 * self._width

    def submit(self, task: Task) -> None:
        """Takes a task."""
        name = f"{task.slug}-{task.document}-{uuid.uuid4().hex}"
        self._running[self._client.submit(_do, task, self._plugin, key=name, pure=False)] = task

    def is_idle(self) -> bool:
        """Whether every task has been given back."""
        return not self._running

    def next(self) -> Done:
        """The next task that is done; waits for it. Raises SettingsError where scheduler or workers are gone."""
        while True:
            try:
                finished = wait(list(self._running), timeout=_PATIENCE, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                self._require_workers()
            except CancelledError as error:
                raise self._gone() from error
            else:
                future = finished.pop()
                return self._result(future, self._running.pop(future))

    def _result(self, future: Future[Done], task: Task) -> Done:
        try:
            return future.result()
        except KilledWorker:
            message = f"{task.document} ended every worker that made it. Save its template anew, and run again."
            return Done(task, None, ConversionError(message))
        except CancelledError as error:
            raise self._gone() from error
        except Exception as error:  # noqa: BLE001  # a fault of our own must not stop the other municipalities
            return Done(task, None, own_fault(task, error))

    def _require_workers(self) -> None:
        try:
            there = self._client.nthreads()
        except (OSError, TimeoutError) as error:
            raise self._gone() from error
        if not there:
            raise SettingsError(
                f"The scheduler at {self._address} has no worker left. Start one, and run again: it goes on."
            )

    def _gone(self) -> SettingsError:
        return SettingsError(f"The scheduler at {self._address} is gone. Start it, and run again: it goes on.")


def _snapshot(settings: Settings) -> bytes:
    """The templates as a ZIP."""
    paths = [path for path in sorted(settings.templates.rglob("*")) if path.is_file()]
    kept = [path for path in paths if not path.name.startswith((".", "~$"))]
    return packed({str(path.relative_to(settings.templates)): path.read_bytes() for path in kept})


class _Project(WorkerPlugin):
    """What a Dask worker has for all tasks of a run: the templates, an engine, and one document at a time."""

    def __init__(self, settings: Settings, templates: bytes) -> None:
        self._chosen = settings.model_dump(include={"converter", "timeout"})
        self._shown, self._templates = settings.templates, templates
        self._makers = makers_of_documents(settings, engine_name(settings))

    def setup(self, worker: Any) -> None:  # noqa: ARG002  # as Dask calls it
        """Unpacks the templates; the engine waits for the first task."""
        self._folder = Path(tempfile.mkdtemp(prefix="pipeline-project-"))
        for name, content in unpacked(self._templates).items():
            target = self._folder / "templates" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        places = {"municipalities": self._folder, "templates": self._folder / "templates", "output": self._folder}
        self._settings = Settings.model_validate({**self._chosen, **places, "workers": 1})
        self._open, self._alone = ExitStack(), threading.Lock()
        self._workshop: Workshop | None = None

    def teardown(self, worker: Any) -> None:  # noqa: ARG002  # as Dask calls it
        """Ends the engine and removes the templates."""
        self._open.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def do(self, task: Task) -> Done:
        """Does a task with the same code as the one who asks, or says that this is not to be had here."""
        with self._alone:
            if self._workshop is None:
                engine = self._open.enter_context(open_engine(self._settings))
                self._workshop = Workshop(engine, self._settings.fonts, self._settings.form_font)
            if makers_of_documents(self._settings, self._workshop.engine.name) != self._makers:
                message = "A worker has another version of the pipeline or its libraries. Set it up like this machine."
                return Done(task, None, SettingsError(message))
            done = do(task, self._settings, self._workshop)
        return replace(done, error=done.error and self._at_home(done.error))

    def _at_home(self, error: PipelineError) -> PipelineError:
        """The error with the paths of the one who asks."""
        here = self._settings.templates
        problems = [
            replace(one, path=self._shown / one.path.relative_to(here)) if one.path.is_relative_to(here) else one
            for one in error.problems
        ]
        return type(error)(error.message.replace(str(here), str(self._shown)), problems=problems)


def _do(task: Task, plugin: str) -> Done:
    done: Done = get_worker().plugins[plugin].do(task)  # type: ignore[attr-defined]  # a _Project
    return done
