"""What a change would do: the papers of two project folders, compared by their text and their pages."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.documents.convert import Engine
from pipeline.packages.contents import Progress
from pipeline.packages.difference.paper_set import Difference, set_differences, tried
from pipeline.packages.difference.project_side import Side, changed_files, open_side
from pipeline.packages.engines import open_engine
from pipeline.packages.papers import Papers, open_papers


@dataclass(frozen=True)
class Differences:
    """Everything that two project folders would give differently."""

    date: datetime.date
    changed_files: dict[str, str]
    """Each file that differs, with how: changed, new or gone."""
    papers: tuple[Difference, ...]
    municipalities: int
    """How many were compared."""

    @property
    def broken(self) -> bool:
        """Whether some paper cannot be made after the change."""
        return any(one.faults[1] for one in self.papers)


def differences(before: Path, after: Path, date: datetime.date, progress: Progress) -> Differences:
    """Makes, on both sides, the papers whose files differ, each municipality's in its own language, and compares them.

    What cannot be made is a difference too, with its problems. Raises UsageError when a folder holds no project.
    """
    sides = open_side(before), open_side(after)
    changed = changed_files(*sides)
    packages, slugs = _of_both(sides, Side.packages), _of_both(sides, Side.municipalities)
    concerned = [
        (package, slug)
        for package in packages
        for slug in slugs
        if any(_concerns(path, package, slug) for path in changed)
    ]
    found: list[Difference] = []
    with ExitStack() as stack:
        made = _in_parallel(stack, [_Task(sides, package, slug, date) for package, slug in concerned])
        for number, (_, slug) in enumerate(concerned, start=1):
            progress(slug, number, len(concerned))
            found += next(made)
    return Differences(date, changed, tuple(found), len(slugs))


def _of_both(sides: tuple[Side, Side], names: Callable[[Side], set[str]]) -> list[str]:
    return sorted(names(sides[0]) | names(sides[1]))


def _concerns(path: str, package: str, slug: str) -> bool:
    """Whether a file may matter to a municipality's package."""
    if path.startswith("municipalities/"):
        return path == f"municipalities/{slug}.toml"
    return not path.startswith("templates/packages/") or path == f"templates/packages/{package}.toml"


@dataclass(frozen=True)
class _Task:
    """A municipality whose papers are to be compared."""

    sides: tuple[Side, Side]
    package: str
    slug: str
    date: datetime.date


def _in_parallel(stack: ExitStack, tasks: list[_Task]) -> Iterator[list[Difference]]:
    """The differences of each, in order; several municipalities are shared among the processors."""
    if len(tasks) < 2:
        return map(_compare, tasks)
    pool = stack.enter_context(ProcessPoolExecutor(min(len(tasks), os.cpu_count() or 1)))
    stack.callback(pool.shutdown, cancel_futures=True)
    return pool.map(_compare, tasks)


def _compare(task: _Task) -> list[Difference]:
    before, after = task.sides
    with ExitStack() as stack:
        engines = _Engines(stack)
        old, fault = tried(before, lambda: _opened(before, task, engines))
        new, other = tried(after, lambda: _opened(after, task, engines))
        if not fault and not other:
            return set_differences(old, new)
        known = old or new
        name = known.edition.municipality.entry.official_name if known else task.slug
        return [Difference(task.package, task.slug, name, "", "", "", "changed", (fault, other))]


def _opened(side: Side, task: _Task, engines: _Engines) -> Papers | None:
    return open_papers(side, task.package, task.slug, task.date, lambda: engines.of(side))


@dataclass
class _Engines:
    """Starts an engine when the first paper needs it, one for both sides where their fonts are the same."""

    stack: ExitStack
    started: dict[tuple[tuple[str, str], ...], Engine] = field(default_factory=dict)

    def of(self, side: Side) -> Engine:
        fonts = tuple(side.fonts().items())
        if fonts not in self.started:
            self.started[fonts] = self.stack.enter_context(open_engine(side.settings))
        return self.started[fonts]
