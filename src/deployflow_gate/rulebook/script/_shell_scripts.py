"""Scripts as ShellCheck is to read them: which shell they are for, what is set before, and where each character stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from posixpath import basename
from typing import TYPE_CHECKING, Any

from deployflow_gate.model.images_known import distro_of
from deployflow_gate.model.scope import PREDEFINED
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Mapped, Span

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.instruction import Instruction
    from deployflow_gate.model.script import Script
    from deployflow_gate.model.workflow import Step
    from deployflow_gate.rulebook.script._shellcheck import Place, Replacement

MAX_NAMES = 500
"""Variables that are set before a script."""

_SHELLS = {
    "sh": "sh", "ash": "busybox sh", "busybox sh": "busybox sh", "dash": "dash", "bash": "bash", "ksh": "ksh", "mksh": "ksh",
}  # fmt: skip
"""The programs that ShellCheck judges for, and what it calls them."""

_SH_OF = {
    "debian": "dash", "ubuntu": "dash", "kali": "dash", "alpine": "busybox sh", "busybox": "busybox sh",
    "fedora": "bash", "rhel": "bash", "rhel-minimal": "bash", "photon": "bash", "opensuse": "bash", "arch": "bash",
}  # fmt: skip
"""What `/bin/sh` is in each distribution."""

_ERREXIT = regex(r"-[A-Za-z]*e[A-Za-z]*|errexit")
_IDENTIFIER = regex(r"(?!IFS$)[A-Za-z]\w*|_\w+")
_LEAD = regex(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_EXPRESSION = regex(r"\$\{_[0-9a-z_]*\}|_{6,}")
_LINE_END = regex(r"\r(?=\n|\Z)")
_POWERSHELL = regex(r"(?i)\$env:\w|\bnew-object\b|\$ErrorActionPreference\b")
_LIST = regex(r"""\[\s*["']""")
_REFERENCE = regex(r"\$\{?(\w+)")


@dataclass(frozen=True, slots=True)
class Shell:
    """`sure` says that it is the shell that will run the script, not only one of its kind."""

    name: str
    errexit: bool = False
    sure: bool = True


@dataclass(frozen=True, eq=False)
class Asked:
    """A script, or what `sh -c` in an exec form is given.

    `variables` are those that are set before, with the sketches of their values; None where not all are known. `quoting` is
    how the text is written in the file: the style of a YAML scalar, "" for a shell form. `expressions` says that `${{ }}` may
    stand in it.
    """

    text: Mapped
    shell: Shell
    variables: Mapping[str, str] | None
    quoting: str
    expressions: bool

    @cached_property
    def _lead(self) -> str:
        """The comments on top: ShellCheck heeds them for the whole script only above the first command."""
        found = _LEAD.match(self._clean)
        return found[0] if found else ""

    @cached_property
    def _clean(self) -> str:
        """Line ends as they are on Linux. An unknown piece becomes a letter; a `#!` that is not on top is no concern."""
        text = _LINE_END.sub("", self.text.text).replace(UNKNOWN, "_")
        return f"##{text[2:]}" if text.startswith("#!") else text

    @cached_property
    def _set(self) -> str:
        names = sorted(name for name in self.variables or () if name.isascii() and _IDENTIFIER.fullmatch(name))
        return f"read -r {' '.join(names[:MAX_NAMES])}\n" if names else ""

    @cached_property
    def given(self) -> str:
        """What ShellCheck reads. Reading a variable says that it is set and not to what."""
        head = f"#!/bin/{self.shell.name}{' -e' if self.shell.errexit else ''}\n"
        return f"{head}{self._lead}{self._set}{self._clean[len(self._lead) :]}\n"

    @property
    def unknown(self) -> bool:
        """Whether pieces of it are not known."""
        return UNKNOWN in self.text.text

    @cached_property
    def _starts(self) -> list[int]:
        """Where the lines begin in the text, by the lines that ShellCheck reads; -1 for those that are not the text's."""
        starts = [0]
        at = self.text.text.find("\n")
        while at != -1:
            starts.append(at + 1)
            at = self.text.text.find("\n", at + 1)
        lead = self._lead.count("\n")
        return [-1, *starts[:lead], *([-1] if self._set else []), *starts[lead:]]

    def offset(self, line: int, column: int) -> int | None:
        """Where in the text a place is that ShellCheck names; None for what is not the text's."""
        start = self._starts[line - 1] if 0 < line <= len(self._starts) else -1
        if start < 0:
            return None
        end = self.text.text.find("\n", start)
        return min(start + column - 1, len(self.text.text) if end == -1 else end)

    def range(self, place: Place) -> tuple[int, int] | None:
        """The same of a range. An empty one becomes the word that it stands at, or behind."""
        start, end = self.offset(place.line, place.column), self.offset(place.end_line, place.end_column)
        if start is None or end is None or end < start:
            return None
        text = self.text.text
        if start == end:
            while end < len(text) and not text[end].isspace():
                end += 1
        if start == end:
            end = len(text[:start].rstrip())
            start = end
            while start > 0 and not text[start - 1].isspace():
                start -= 1
        return (start, end) if start < end else None

    def on_expression(self, start: int, end: int) -> bool:
        """Whether the first word of a range holds a `${{ }}`: nobody knows what that comes to."""
        word = self.text.text[start:end].split(maxsplit=1)[0]
        return self.expressions and _EXPRESSION.search(word) is not None

    def filled(self, start: int, end: int) -> bool:
        """Whether all variables in a range are known to have a value."""
        values = [(self.variables or {}).get(name[1], "") for name in _REFERENCE.finditer(self.text.text, start, end)]
        return bool(values) and all(value.strip(f"/{UNKNOWN}") for value in values)

    def replaced(self, replacement: Replacement) -> Span | None:
        """Where in the file a replacement is to be put; None where the file spells the text in another way."""
        place = replacement.place
        start, end = self.offset(place.line, place.column), self.offset(place.end_line, place.end_column)
        if start is None or end is None or self.quoting not in ("", "plain", "literal", "folded"):
            return None
        if self.quoting == "plain" and (start == 0 or ": " in replacement.text or " #" in replacement.text):
            return None
        if start < end:
            span = self.text.span(start, end)
            return span if span.text == self.text.text[start:end] else None
        before = start > 0 and not replacement.opens
        at = self.text.origin(start - 1) + 1 if before else self.text.origin(start)
        beside = self.text.text[start - 1 : start] if before else self.text.text[start : start + 1]
        source = self.text.source
        written = source.text[at - 1 : at] if before else source.text[at : at + 1]
        return Span(source, at, at) if beside == written else None


def asked(script: Script) -> Asked | None:
    """A script for ShellCheck; None where it is in no shell that ShellCheck knows."""
    owner: Any = script.owner
    kind = type(owner).__name__  # the classes are not imported for the question
    if kind == "Step":
        return None if script.is_exec else _of_step(script, owner)
    variables: Mapping[str, str] | None
    if kind == "Service":
        variables = None if owner.env_files else owner.known_environment
        base = owner.image if owner.build is None else None
        words: Iterable[str] = ("sh",)
    elif _LIST.match(script.text.text) and not script.is_exec:
        return None  # a JSON form that is none: what is wrong is not the script
    else:
        variables = _variables(owner)
        base = owner.stage.base if owner.stage is not None else None
        words = owner.shell
        if owner.heredocs and script.text.text.startswith("#!"):
            words = script.text.text.partition("\n")[0][2:].split()
    text, quoting = script.text, "compose" if kind == "Service" else ""
    if script.is_exec:
        command = script.body.commands[0]
        body = script.opened.get(id(command.simple))
        if body is None or command.name is None:
            return None
        arguments = (word.sketch for word in command.arguments)
        text, quoting, words = body.text, "json", (command.name, *arguments)
    shell = _shell(words, base)
    if shell is None or (not shell.sure and _POWERSHELL.search(text.text)):
        return None
    return Asked(text, shell, variables, quoting, expressions=False)


def _of_step(script: Script, step: Step) -> Asked | None:
    from deployflow_gate.model.workflow.reading import child, scalar_of

    shell: Shell | None = None
    if step.shell is None:
        if script.posix and _on_unix(step):
            shell = Shell(step.dialect, errexit=True, sure=step.dialect == "bash")
    else:
        line = step.shell.value or ""
        shell = _shell(line.split(), None)
        if shell is not None and "{0}" not in line:
            shell = Shell(shell.name, errexit=True, sure=shell.sure)
    scalar = scalar_of(child(step.fields, "run"))
    if shell is None or scalar is None:
        return None
    return Asked(script.text, shell, None, scalar.style, expressions=True)


def _on_unix(step: Step) -> bool:
    """Whether the runner is known, and a step of several of them is none for Windows alone."""
    job = step.job
    if job is None or job.container is not None:
        return job is not None
    return job.systems is not None and ("windows" not in job.systems or (step.if_ is None and job.if_ is None))


def _variables(owner: Instruction) -> dict[str, str]:
    """What a line of a Dockerfile sees. An ONBUILD sees the image's variables, and what the stage on it declares."""
    from deployflow_gate.model.instruction import Run

    found = dict.fromkeys(PREDEFINED, UNKNOWN)
    if not owner.onbuild:
        found.update(owner.scope)
        if owner.stage is not None and owner.stage.from_ is None:  # a part of a file: all of it is one stage
            found.update((name, UNKNOWN) for name in owner.dockerfile.timeline.names(owner.index))
    elif owner.stage is not None:
        found.update((name, UNKNOWN) for name in owner.stage.environment)
    if isinstance(owner, Run):
        found.update((mount.env.value, UNKNOWN) for mount in owner.mounts if mount.env is not None and mount.env.value)
    return found


def _shell(words: Iterable[str], base: ImageRef | None) -> Shell | None:
    """From a shell's command line: its program, behind `env` or `busybox`, and whether it ends at the first failure."""
    line = [word for word in words if not word.startswith("--")]
    if line and basename(line[0]) in ("env", "busybox"):
        line = ["busybox sh"] if basename(line[0]) == "busybox" and line[1:2] == ["sh"] else line[1:]
        line = line[1:] if line[:1] == ["-S"] else line
    name = _SHELLS.get(basename(line[0]).removesuffix(".exe").lower()) if line else None
    if name is None:
        return None
    errexit = any(_ERREXIT.fullmatch(word) for word in line[1:6])
    if name != "sh":
        return Shell(name, errexit)
    known = _SH_OF.get(distro_of(base) or "") if base is not None else None
    return Shell(known or name, errexit, sure=known is not None)
