"""Checks the words of the mails as they lie there: subject, tags, names, and the written Norwegian of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pipeline.errors import PipelineError, Problem
from pipeline.packages.sending.mail_names import EXAMPLE, mail_names
from pipeline.templating.catalogue import PackageTemplate
from pipeline.templating.checks.language import line_language_problems
from pipeline.templating.mail_template import mail_template
from pipeline.templating.names import Names
from pipeline.templating.used_names import names_in

_LANGUAGES = ("nb", "nn")


def mail_problems(packages: Sequence[PackageTemplate], names: Names, wanted: Collection[str | None]) -> list[Problem]:
    """Every problem of the wanted mails of packages that can be seen without their documents, each on its line.

    `names` are those of any municipality whose file states everything.
    """
    found = [
        problem
        for package in packages
        for mail in package.declaration.mails
        if mail.id in wanted
        for problem in _of_mail(package.mail_folder(mail), names | mail_names(mail, names, EXAMPLE))
    ]
    return list(dict.fromkeys(found))


def _of_mail(folder: Path, names: Names) -> Iterator[Problem]:
    used: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        try:
            template = mail_template(folder, language)
        except PipelineError as error:
            yield from error.problems
            continue
        problems = template.problems(names)
        yield from (*problems, *line_language_problems(template.path, template.source, language))
        if not problems:
            used[language] = {name for name, _ in names_in(template.source)}
    if len(used) == len(_LANGUAGES):
        yield from _twins(folder, used)


def _twins(folder: Path, used: dict[str, set[str]]) -> Iterator[Problem]:
    """Names that only one language says."""
    for having, lacking in (_LANGUAGES, _LANGUAGES[::-1]):
        for name in sorted(used[having] - used[lacking]):
            what = f"{name} is missing here, which {having}.txt uses."
            yield Problem(folder / f"{lacking}.txt", 0, "", what, "Add it here, or remove it there.", rule="twin-mail")
