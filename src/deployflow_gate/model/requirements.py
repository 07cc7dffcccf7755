"""Requirements files of pip: their lines with places, the files that they name, and which an install reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.install.package import Kind, pip
from deployflow_gate.model.placement import folder_of, joined, placed
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import Source, Span

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.project import Project
    from deployflow_gate.syntax.shell import Word

MAX_FILES = 20
"""Files that name each other; `-r` in a circle ends here, too."""

MAX_BEHIND = 20_000
"""Characters behind a requirement in which its comment is looked for: a package of many wheels has 10,000 of hashes."""

_LINE = regex(r"(?:[^\n\\]|\\(?!\r?\n)|\\\r?\n)*\n?")
_CONTINUED = regex(r"\\\r?\n")
_INCLUDE = regex(r"(-r|--requirement|-c|--constraint)(?:\s+|=)(\S+)|(-r|-c)(\S+)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line. `name` is normalised (`typing_extensions` → `typing-extensions`); `pinned` if one version only fits."""

    span: Span
    name: str
    pinned: bool
    kind: Kind


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that a file and those that it names with `-r` ask for, and the names that its `-c` files pin.

    `complete` is False where one of them cannot be read.
    """

    lines: tuple[Requirement, ...]
    constrained: frozenset[str]
    complete: bool

    def pulled_in(self, line: Requirement) -> bool:
        """Whether the comment that pip-compile and uv put behind a line says that only others of the packages need it."""
        said = " ".join(_comments_behind(line.span))
        head, via, needers = said.partition("via ")
        if not via or head.strip() or "(" in needers or re.search(r"(?:^|\s)-[rc]\s", needers):
            return False
        names = {normal(name) for name in re.findall(r"[\w.-]+", needers)}
        return not names.isdisjoint({one.name for one in self.lines if one.name != line.name})


def _comments_behind(span: Span) -> Iterator[str]:
    """What stands in comments on the lines right behind one, those of hashes left out."""
    for text in span.source.text[span.end : span.end + MAX_BEHIND].split("\n")[1:]:
        bare = text.strip()
        if not bare.startswith(("#", "--hash")):
            return
        if bare.startswith("#"):
            yield bare.lstrip("# ")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read(project: Project, path: str) -> Requirements | None:
    """The requirements file of this path in the repository; None if it cannot be read, or is no such file."""
    if not basename(path).endswith((".txt", ".in", ".pip")) or project.read_text(path) is None:
        return None
    lines: list[Requirement] = []
    constrained: set[str] = set()
    complete, seen, ahead = True, {path}, [(path, False)]
    while ahead:
        here, constraint = ahead.pop(0)
        source = project.read_text(here)
        if source is None:
            complete = False
            continue
        for found in _lines(source):
            if isinstance(found, Requirement):
                if not constraint:
                    lines.append(found)
                elif found.pinned:
                    constrained.add(found.name)
                continue
            flag, name = found
            if "://" in name:
                complete = False
                continue
            there = normpath(join(dirname(here), name))
            if there not in seen and len(seen) < MAX_FILES:
                seen.add(there)
                ahead.append((there, constraint or flag in ("-c", "--constraint")))
    return Requirements(tuple(lines), frozenset(constrained), complete)


def _lines(source: Source) -> Iterator[Requirement | tuple[str, str]]:
    at = 0
    for match in _LINE.finditer(source.text):
        start, at = at, match.end()
        text = re.sub(r"(?:^|\s)#.*", "", _CONTINUED.sub("  ", match[0]).rstrip())
        text = (
            re.sub(r"\s--?[a-z][\w-]*.*", "", " " + text).strip() if not text.lstrip().startswith("-") else text.strip()
        )
        if not text:
            continue
        include = _INCLUDE.fullmatch(text)
        if include is not None:
            yield include[1] or include[3], include[2] or include[4]
        elif not text.startswith("-"):
            parsed = pip(text)
            begin = start + len(match[0]) - len(match[0].lstrip())
            span = Span(source, begin, begin + len(match[0].strip().split("\n")[0].rstrip("\\ \r")))
            if parsed.name or parsed.kind != "index":
                yield Requirement(span, normal(parsed.name), parsed.exact, parsed.kind)


def installed_files(install: Install, run: Run, context: Context) -> Iterator[tuple[Word, str]]:
    """The requirements files of the repository that an install reads: the word that names each, and its path."""
    folder = folder_of(install.command, run)
    if folder is None or install.manager not in ("pip", "uv"):
        return
    for word in install.manifests:
        if word.value is None:
            continue
        path = joined(folder, word.value)
        found = placed(run, context, (basename(path),)).get(path)
        if found is not None:
            yield word, context.inside(found.path)
        elif (other := _renamed(run, context, path)) is not None:
            yield word, other


def _renamed(run: Run, context: Context, path: str) -> str | None:
    """The file that a COPY of one source brings under another name."""
    from deployflow_gate.model.instruction import Transfer
    from deployflow_gate.model.placement import before, clean, working_directory

    for earlier in before(run):
        if (
            isinstance(earlier, Transfer)
            and earlier.from_ is None
            and len(earlier.sources) == 1
            and earlier.destination
        ):
            source, to = earlier.sources[0].value, earlier.destination.value
            inside = context.inside(clean(source)) if source else ""
            if to and joined(working_directory(earlier), to) == path and inside in context.project.paths:
                return inside
    for mount in run.mounts:
        to = mount.target.value if mount.target is not None else None
        source = mount.source.value if mount.source is not None else None
        if (
            mount.type == "bind"
            and mount.from_ is None
            and to
            and source
            and joined(working_directory(run), to) == path
        ):
            inside = context.inside(clean(source))
            return inside if inside in context.project.paths else None
    return None
