"""Who does the tasks of a run, as the run sees it; and the simplest: this process itself."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

from pipeline.packages.contents import Workshop
from pipeline.packages.engines import open_engine
from pipeline.packages.run.task import Done, Task, do
from pipeline.settings import Settings


class Scheduler(Protocol):
    """Takes tasks and gives back what came of each, in any order."""

    def has_room(self) -> bool:
        """Whether a further task would be begun soon."""

    def submit(self, task: Task) -> None:
        """Takes a task."""

    def is_idle(self) -> bool:
        """Whether every task has been given back."""

    def next(self) -> Done:
        """The next task that is done; waits for it."""


class Here:
    """Does one task after the other in this process. Use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks: deque[Task] = deque()
        self._open = ExitStack()
        self._workshop: Workshop | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def has_room(self) -> bool:
        """Whether nothing waits."""
        return not self._tasks

    def submit(self, task: Task) -> None:
        """Takes a task."""
        self._tasks.append(task)

    def is_idle(self) -> bool:
        """Whether every task has been given back."""
        return not self._tasks

    def next(self) -> Done:
        """Does the next task; the engine is started for the first."""
        if self._workshop is None:
            engine = self._open.enter_context(open_engine(self._settings))
            self._workshop = Workshop(engine, self._settings.fonts, self._settings.form_font)
        return do(self._tasks.popleft(), self._settings, self._workshop)
