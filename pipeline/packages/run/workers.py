"""Worker processes on this machine, each with its templates compiled once and its engine warm."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from types import TracebackType
from typing import Self

from pipeline.errors import ConversionError
from pipeline.packages.contents import Workshop
from pipeline.packages.engines import open_engine
from pipeline.packages.run.task import Done, Task, do
from pipeline.settings import Settings


class Workers:
    """A pool that survives its workers. Use it as a context manager.

    When a worker is killed or crashes, what was being done is done again, one task at a time; a task that ends its
    worker even when alone is given back with an error. An error within the context ends the workers at once.
    """

    def __init__(self, settings: Settings, count: int) -> None:
        """`count` is how many processes there are."""
        self._settings, self._count = settings, count
        self._running: dict[Future[Done], Task] = {}
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        """What was running when a worker ended: one of them may have been the cause."""
        self._alone: Task | None = None
        """The suspect that runs by itself."""

    def __enter__(self) -> Self:
        self._pool = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error:
            for process in multiprocessing.active_children():
                process.kill()
        self._pool.shutdown(cancel_futures=True)

    def has_room(self) -> bool:
        """Whether there are fewer than two tasks for each worker."""
        return len(self._running) + len(self._waiting) + len(self._suspects) < 2 * self._count

    def submit(self, task: Task) -> None:
        """Takes a task."""
        self._waiting.append(task)
        self._begin()

    def is_idle(self) -> bool:
        """Whether every task has been given back."""
        return not (self._running or self._waiting or self._suspects)

    def next(self) -> Done:
        """The next task that is done; waits for it."""
        while True:
            finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
            future = finished.pop()
            task = self._running.pop(future)
            try:
                done = future.result()
            except BrokenProcessPool:
                if given_up := self._mend(task):
                    return given_up
            else:
                self._alone = None
                self._begin()
                return done

    def _begin(self) -> None:
        """Hands out what waits; a suspect only when nothing else runs."""
        while not self._alone and (self._suspects or self._waiting):
            if not self._suspects:
                self._start(self._waiting.popleft())
            elif not self._running:
                self._alone = self._suspects.popleft()
                self._start(self._alone)
            else:
                return

    def _start(self, task: Task) -> None:
        with _later_interrupts():
            try:
                future = self._pool.submit(_do, task)
            except BrokenProcessPool:
                self._pool = self._open()
                future = self._pool.submit(_do, task)
        self._running[future] = task

    def _mend(self, task: Task) -> Done | None:
        """Opens a new pool after a worker ended; gives up the task if it ran by itself."""
        given_up = None
        if self._alone == task:
            message = f"{task.document} ended the process that made it. Save its template anew, and run again."
            given_up = Done(task, None, ConversionError(message))
        else:
            self._suspects.extend([task, *self._running.values()])
        self._running.clear()
        self._alone = None
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._open()
        self._begin()
        return given_up

    def _open(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=_begin, initargs=(self._settings,))


@contextmanager
def _later_interrupts() -> Iterator[None]:
    """Holds Ctrl-C back while processes may be started; they never get it, as it is not for them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_NEW_OBJECTS = 20_000
"""After so many, Python looks for circles of unused ones: a paper makes a million, and nearly all go by themselves."""


class _Worker:
    """What a worker process has for all its tasks."""

    settings: Settings
    workshop: Workshop


def _begin(settings: Settings) -> None:
    """Readies a worker, which ends when the process that started it does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(_NEW_OBJECTS)
    engine = open_engine(settings).__enter__()
    _Worker.settings, _Worker.workshop = settings, Workshop(engine, settings.fonts, settings.form_font)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait_for([parent.sentinel])
        os._exit(1)


def _do(task: Task) -> Done:
    return do(task, _Worker.settings, _Worker.workshop)
