"""The servers and workers that an image starts, by its own command or by that of a service that runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.model.command_wrappers import SHELLS
from deployflow_gate.model.server_kinds import (
    DEVELOPMENT_SCRIPT,
    HTTP_PORTS,
    KINDS,
    LAUNCHERS,
    RUNNERS,
    WEB_BASES,
    WEB_FRAMEWORKS,
    Kind,
)
from deployflow_gate.model.starting import Running, Start, running, script_file, script_name, starts
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.image import Image
    from deployflow_gate.syntax.shell import Word
    from deployflow_gate.text import Span


@dataclass(frozen=True, eq=False)
class Server:
    """One server or worker of a known kind.

    `command` is how image or service write it, `at` the place of all of that, `runs` what it comes to in the end. `service` is None
    for what the image itself starts. `port` is None where it cannot be known, and `fixed` tells that no environment variable or
    configuration file is likely to make it another one. `development` says that it is a development server, or made one by a flag;
    `certain` that it surely runs, not only in a branch of a script; `main` that the container is nothing but this.
    """

    framework: str
    command: Command
    runs: Command
    at: Span
    service: Service | None
    port: int | None
    fixed: bool
    web: bool | None
    development: bool
    certain: bool
    main: bool


_INTERPRETER = regex(r"python[\d.]*|php|bash|sh")
"""What runs a program that is written behind it: `python manage.py`, `php artisan`."""


def servers(image: Image) -> Iterator[Server]:
    """Every server or worker of a known kind that the image itself, or a service that runs it outside development, starts."""
    for start in starts(image):
        found = [server for program in running(image, start) if (server := _server(image, program)) is not None]
        # a script of package.json is judged by what it does; only where that says nothing by what it is called
        told = {id(server.command) for server in found if script_name(server.runs) is None}
        yield from (s for s in found if script_name(s.runs) is None or id(s.command) not in told)


def entry_commands(image: Image) -> Iterator[Command]:
    """The commands that are started as they are written, and every command of the scripts of the context that they name."""
    for start in starts(image):
        for command in start.script.commands:
            if command.inner is None:
                yield command
                inner = script_file(image, command)
                if inner is not None:
                    yield from inner.script.commands


def _server(image: Image, program: Running) -> Server | None:
    runs, start = program.runs, program.start
    kind, words = _kind(runs)
    if kind is None:
        name = script_name(runs)
        if name is None or not DEVELOPMENT_SCRIPT.fullmatch(name):
            return None
        kind, words = Kind("node", web=None, development=True), runs.words
    reload = runs.flag(*kind.reload) if kind.reload else None
    port, fixed = _port(image, start, runs, kind)
    evidence = reload or next((w for w in words[1:] if w.value in kind.words), words[0])
    return Server(
        kind.framework,
        program.written,
        runs,
        start.part(evidence, *reversed(program.written.words)),
        start.service,
        port,
        fixed,
        kind.web,
        kind.development or reload is not None,
        program.certain,
        program.main,
    )


def _kind(command: Command) -> tuple[Kind | None, tuple[Word, ...]]:
    """The kind of a command, and its words from the program's name on."""
    words = command.own
    values = [word.value for word in words[1:]]
    if command.name is not None and _INTERPRETER.fullmatch(command.name) and command.module is None:
        if "-S" not in values:
            words = _behind_flags(words)
    elif command.name in LAUNCHERS:
        words = _behind_flags(words)
    elif command.name in RUNNERS and len(words) > 1 and (words[1].value or "") in (*KINDS, "exec", "dlx", "x"):
        words = words[1:] if words[1].value in KINDS else words[2:]
    if not words or words[0].value is None:
        return None, words
    values = [word.value for word in words[1:]]
    for kind in KINDS.get(basename(words[0].value), ()):
        if not kind.words or any(value in kind.words for value in values):
            return kind, words
    return None, words


def _behind_flags(words: tuple[Word, ...]) -> tuple[Word, ...]:
    rest = words[1:]
    while rest and rest[0].sketch.startswith("-"):
        rest = rest[1:]
    return rest


def _port(image: Image, start: Start, command: Command, kind: Kind) -> tuple[int | None, bool]:
    """The port, and whether it is sure to be that one."""
    environment = {name: text.sketch for name, text in image.environment.items()}
    if start.service is not None:
        environment |= start.service.known_environment
    for flag in kind.ports:
        given = command.option(flag)
        if given is not None:
            return _number(given.sketch), True
    if command.has_flag("--uds", "--fd", "--socket", "-s") or "GUNICORN_CMD_ARGS" in environment:
        return None, False
    if kind.framework in {"django", "http.server"}:
        # the address is the operand behind the subcommand
        operands = [w.sketch for w in command.own[1:] if not w.sketch.startswith("-")]
        at = (
            0
            if kind.framework == "http.server"
            else next((i for i, o in enumerate(operands) if o in kind.words), -1) + 1
        )
        given_port = _number(operands[at]) if 0 <= at < len(operands) else kind.port
        return given_port, True
    for variable in kind.variables:
        if variable in environment:
            return _number(environment[variable]), True
    return kind.port, kind.port is not None and "PORT" not in kind.variables and not _configured(image, command, kind)


def _configured(image: Image, command: Command, kind: Kind) -> bool:
    """Whether a configuration file may give another port."""
    if command.option("-c", "--config") is not None:
        return True
    names = _CONFIGURATION.get(kind.framework, ())
    files = image.context.all_files if image.context is not None else ()
    return any(path.endswith(name) for name in names for path in files)


_CONFIGURATION = {
    "gunicorn": ("gunicorn.conf.py",), "streamlit": (".streamlit/config.toml",), "hypercorn": ("hypercorn.toml",),
    "flask": (".flaskenv",), "jupyter": ("jupyter_server_config.py", "jupyter_notebook_config.py"),
    "chainlit": (".chainlit/config.toml",), "vite": ("vite.config.js", "vite.config.ts", "vite.config.mjs"),
    "angular": ("angular.json",), "astro": ("astro.config.mjs",), "vue": ("vue.config.js",), "puma": ("config/puma.rb",),
}  # fmt: skip
"""Files that each of these reads by itself, where a port may stand."""


def _number(sketch: str) -> int | None:
    """The port at the end of `8000`, `:8000`, `0.0.0.0:8000`, `tcp://0.0.0.0:8000`; None if it is not known."""
    digits = re.search(r"(?:^|:)(\d{1,5})/?$", sketch)
    return int(digits.group(1)) if digits else None


def is_web(image: Image) -> bool | None:
    """True for an image that serves HTTP, False for one that is known to do something else, None where nothing tells.

    The command decides, or a base image that serves by itself; then the ports that are exposed or published.
    """
    known = [server.web for server in image.servers if server.web is not None]
    if known:
        return any(known)
    base = image.base
    facts = base.known if base is not None else None
    begun = list(starts(image))
    if (
        not begun
        and base is not None
        and (base.name in WEB_BASES or (base.name == "php" and "apache" in base.suffixes))
    ):
        return True
    exposed = {p.number for e in image.exposes for p in e.ports if p.number and p.protocol == "tcp"}
    if not begun:
        # a language or a distribution starts nothing by itself; what an unknown image serves is as it is
        serving = set(facts.ports) if facts is not None and facts.sort != "database" else set()
        idle = image.stage.from_scratch or (
            facts is not None and facts.sort in {"language", "distro", "database", "queue"}
        )
        return True if (exposed & HTTP_PORTS and not idle) or _published(image) & serving & HTTP_PORTS else None
    if all(_idles(start) for start in begun) or ("grpc" in image.frameworks and not image.frameworks & WEB_FRAMEWORKS):
        return None
    if exposed & HTTP_PORTS or (exposed and image.frameworks & WEB_FRAMEWORKS):
        return True
    return True if _published(image) & HTTP_PORTS else None


def _idles(start: Start) -> bool:
    """Whether it only keeps the container up, or opens a shell."""
    main = start.script.main_command
    return main is not None and (
        main.name in {"tail", "sleep", "true"} or (main.name in SHELLS and len(main.words) == 1)
    )


def _published(image: Image) -> set[int]:
    """The ports in the container that services outside development publish."""
    ports = (p.target_range for service in image.services if not service.development for p in service.ports)
    return {number for found in ports if found is not None and len(found) == 1 for number in found}


_SERVERLESS = regex(
    r"(?:^|/)(?:aws-)?lambda(?:[-/]|$)|(?:^|/)azure-functions/|(?:^|/)openfaas/|(?:^|/)aws-lambda-adapter$|(?:^|/)functions-framework"
)
_SERVERLESS_PROGRAMS = frozenset({"functions-framework", "functions-framework-python", "fwatchdog", "awslambdaric"})


def is_serverless(image: Image) -> bool:
    """By its base image, the images that it copies from, or the program that it starts."""
    refs = [image.base, *(t.ref for t in image.transfers if t.from_stage is None)]
    refs += [stage.base for t in image.transfers if (stage := t.from_stage) is not None]
    if any(ref is not None and ref.name is not None and _SERVERLESS.search(ref.name) for ref in refs):
        return True
    return any(command.tool in _SERVERLESS_PROGRAMS for command in entry_commands(image))


def listening_ports(image: Image) -> frozenset[int] | None:
    """The ports of its web servers; None unless each of its starts is one web server whose port is sure."""
    found: set[int] = set()
    for start in starts(image):
        server = next((s for s in image.servers if s.main and s.service is start.service), None)
        if server is None or not server.web or server.port is None or not server.fixed:
            return None
        found.add(server.port)
    return frozenset(found) or None
