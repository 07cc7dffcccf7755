"""What a container of an image runs: its command line, and what that comes to through scripts of the context and package.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.command_wrappers import SHELLS
from deployflow_gate.model.server_kinds import KINDS, LAUNCHERS, RUNNERS
from deployflow_gate.record import dataclass
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Instruction, Transfer
    from deployflow_gate.model.script import Script
    from deployflow_gate.syntax.shell import Word
    from deployflow_gate.text import Mapped

MAX_HOPS = 5
"""An entrypoint script that runs npm that runs a script of package.json is three; more is a circle."""

MAX_LOOKS = 300
"""Commands looked at for one start: two scripts that each run the other many times have no end worth waiting for."""

_ALL_ARGUMENTS = frozenset({"$@", "$*", "${@}", "${*}"})


@dataclass(frozen=True, eq=False)
class Start:
    """One command line: the image's own (`service` is None), or that of a service which gives it another one.

    `parts` are where it is written: entrypoint, then command, as far as there are any.
    """

    script: Script
    service: Service | None
    parts: tuple[Span, ...]

    def part(self, *words: Word) -> Span:
        """Where it is written that holds the first of these words that is written there at all; else the first part."""
        for word in words:
            for part in self.parts:
                if part.contains(word.span):
                    return part
        return self.parts[0]


@dataclass(frozen=True, eq=False)
class Running:
    """One program that a start comes to. `written` is the command by which the start asks for it.

    `certain` is False for what only runs in a branch. `main` says that the container is this program: it runs last, and nothing is
    left in the background.
    """

    start: Start
    written: Command
    runs: Command
    certain: bool
    main: bool


def starts(image: Image) -> Iterator[Start]:
    """The image's own start, then those of the services outside development that have another one."""
    own = _own(image)
    if own is not None:
        yield own
    for service in image.services:
        if not service.development and (service.entrypoint_words or service.command_words):
            yield from _of_service(image, service)


def _own(image: Image) -> Start | None:
    """ENTRYPOINT with CMD as its arguments, or CMD alone, as Docker joins them."""
    from deployflow_gate.model.script import Script

    entrypoint, command = image.entrypoint, image.command
    parts = tuple([_argument_span(i) for i in (entrypoint, command) if i is not None])
    if entrypoint is not None and entrypoint.argument_text.text.strip(" []"):
        words = entrypoint.exec_words
        if words and command is not None:
            words += command.exec_words
        script, parts = entrypoint.script, parts if words else parts[:1]
    else:
        words = command.exec_words if command is not None else ()
        script, parts = command.script if command is not None else None, parts[-1:]
    if words:
        script = Script.exec(entrypoint or command, words, _environment(image))
    return Start(script, None, parts) if script is not None else None


def _argument_span(instruction: Instruction) -> Span:
    body = instruction.argument_text
    start = len(body.text) - len(body.text.lstrip())
    return body.span(start, max(start, len(body.text.rstrip())))


def _of_service(image: Image, service: Service) -> Iterator[Start]:
    from deployflow_gate.model.script import Script

    head, tail = service.entrypoint_words or (), service.command_words or ()
    parts = tuple([entry.value.span for key in ("entrypoint", "command") if (entry := service.entry(key)) is not None])
    own = image.entrypoint
    if not head and own is not None and own.json and not _is_shell(own.exec_words):
        head = own.exec_words
    words = (*head, *tail)
    if words and parts:
        yield Start(Script.exec(service, words, {**_environment(image), **service.known_environment}), service, parts)


def _is_shell(words: tuple[Text, ...]) -> bool:
    return bool(words) and basename(words[0].sketch) in SHELLS


def _environment(image: Image) -> dict[str, str]:
    return {name: text.sketch for name, text in image.environment.items()}


def running(image: Image, start: Start) -> Iterator[Running]:
    """Every program that a start comes to, as far as its scripts can be read."""
    return _Look(image, start).of(start.script, None, certain=True, main=True, hops=MAX_HOPS)


@dataclass
class _Look:
    image: Image
    start: Start
    left: int = MAX_LOOKS

    def of(self, script: Script, written: Command | None, *, certain: bool, main: bool, hops: int) -> Iterator[Running]:
        commands = [command for command in script.commands if command.inner is None]
        main = main and not any(command.background for command in script.commands)
        last = script.main_command
        if last is None and commands and _passes_on(commands[-1]) is not None:
            last = commands[-1]
        if last is not None and len(script.commands) == 1:
            last = script.commands[0]
        for command in commands:
            yield from self.command(
                command,
                written,
                certain=certain and command.unconditional,
                main=main and command is last,
                hops=hops,
            )

    def command(
        self, command: Command, written: Command | None, *, certain: bool, main: bool, hops: int
    ) -> Iterator[Running]:
        self.left -= 1
        if self.left < 0 or not command.words:
            return
        if written is None or any(part.contains(command.words[-1].span) for part in self.start.parts):
            written = command
        inner = None if hops == 0 else package_script(self.image, command) or script_file(self.image, command)
        if inner is None:
            yield Running(self.start, written, command, certain, main)
            return
        if inner.package:
            # what it is called says something, too
            yield Running(self.start, written, command, certain, False)
        given = inner.arguments
        for below in self.of(inner.script, written, certain=certain, main=main, hops=hops - 1):
            before = _passes_on(below.runs)
            if before is None:
                yield below
            else:
                words = [Text(w.span, w.raw, w.sketch) for w in (*before, *given)]
                yield from self._given(words, written, below, hops)

    def _given(self, words: list[Text], written: Command, at: Running, hops: int) -> Iterator[Running]:
        from deployflow_gate.model.script import Script

        if not words:
            return
        for command in Script.exec(self.image, words, self.start.script.variables).commands:
            if command.inner is None:
                yield from self.command(command, written, certain=at.certain, main=at.main, hops=hops - 1)


def _passes_on(command: Command) -> tuple[Word, ...] | None:
    """The words before `"$@"`, where a script ends a command with what it was given; else None."""
    if command.words and command.words[-1].raw.strip('"') in _ALL_ARGUMENTS:
        return command.words[:-1]
    return None


@dataclass(frozen=True, eq=False)
class Inner:
    """A script that a command runs: a file of the context, or (`package`) a script of package.json; and what it is given."""

    script: Script
    arguments: tuple[Word, ...]
    package: bool = False


def script_file(image: Image, command: Command) -> Inner | None:
    """The shell script of the context that a command runs, where exactly one file can be meant."""
    from deployflow_gate.model.script import Script, shebang_dialect

    words = command.words
    if command.name in SHELLS:
        words = command.words[1:]
        while words and words[0].sketch.startswith("-") and "c" not in words[0].sketch:
            words = words[1:]
        if not words or words[0].sketch.startswith("-"):
            return None
    path = words[0].value if words else None
    if path is None:
        return None
    name = basename(path)
    if not name or name in KINDS or name in RUNNERS or ("." in name and not name.endswith((".sh", ".bash"))):
        return None
    body = _written(image.transfers, name)
    if body is not None:
        dialect = shebang_dialect(body.text)
        script = Script.shell(image, body, dialect, {**_environment(image), **command.script.variables})
        return Inner(script, words[1:]) if script.posix else None
    source_path = _copied(image, name) or _only(image, name)
    source = image.project.read_text(source_path) if source_path is not None else None
    if source is None or not (source.text.startswith("#!") or name.endswith((".sh", ".bash"))):
        return None
    script = Script.file(image, source, {**_environment(image), **command.script.variables})
    return Inner(script, words[1:]) if script.posix else None


def _written(transfers: Sequence[Transfer], name: str) -> Mapped | None:
    """The heredoc that a COPY brings in under a name, of the image itself or of a stage that it is copied from."""
    from deployflow_gate.model.instruction import Add, Copy

    for transfer in reversed(transfers):
        to = transfer.destination.sketch if transfer.destination is not None else ""
        into = to.endswith("/") or basename(to) in {"", ".", ".."}
        for heredoc in transfer.heredocs:
            if (heredoc.name if into else basename(to)) == name:
                return heredoc.body
        stage = transfer.from_stage
        if (
            stage is not None
            and stage.index < transfer.index
            and any(basename(s.sketch) == name for s in transfer.sources)
        ):
            return _written([t for t in stage.of(Copy, Add) if t.heredocs], name)
    return None


def _copied(image: Image, name: str) -> str | None:
    """The file of the repository that a COPY brings in under a name."""
    context = image.context
    for transfer in reversed(image.transfers):
        if context is None or transfer.from_ is not None or transfer.destination is None:
            continue
        target = transfer.destination.sketch
        for source in transfer.sources:
            path = normpath(source.value.lstrip("/")) if source.value else ""
            named = basename(path) if target.endswith("/") or basename(target) in {"", ".", ".."} else basename(target)
            whole = context.inside(path)
            if (
                named == name or (basename(path) == name and len(transfer.sources) > 1)
            ) and whole in image.project.paths:
                return whole
            if basename(path) == name and whole in image.project.paths and "." not in basename(target):
                return whole  # into a folder that is written without its slash
    return None


def _only(image: Image, name: str) -> str | None:
    """The only file of the context with this name."""
    if image.context is None:
        return None
    fitting = [path for path in image.context.all_files if path == name or path.endswith("/" + name)]
    return image.context.inside(fitting[0]) if len(fitting) == 1 else None


def package_script(image: Image, command: Command) -> Inner | None:
    """The script of package.json that `npm start`, `npm run x` or `yarn x` runs."""
    from deployflow_gate.model.framework import package_scripts
    from deployflow_gate.model.script import Script
    from deployflow_gate.text import Mapped, Source

    name = script_name(command)
    text = package_scripts(image).get(name) if name is not None else None
    if text is None:
        return None
    script = Script.shell(image, Mapped.whole(Source("package.json", text).whole), "sh", command.script.variables)
    return Inner(script, (), package=True)


def script_name(command: Command) -> str | None:
    """Which script of package.json a command asks for: `dev` of `npm run dev`; None where it is not known or asks for none."""
    if command.name in LAUNCHERS or command.name not in RUNNERS:
        return None
    words = [word.value for word in command.operands]
    if words and words[0] in {"run", "run-script"}:
        words = words[1:]
    elif words and command.name == "npm" and words[0] not in {"start", "stop", "restart", "test"}:
        return None
    return words[0] if words else None
