"""What an image starts: the servers and workers in its command, its entrypoint script and the services that run it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.model.server_kinds import HTTP_PORTS, KINDS, RUNNERS, WEB_BASES, Kind

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.script import Script

MAX_HOPS = 4
"""An entrypoint script that runs npm that runs a script of package.json is three; more is a circle."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server or worker. `command` is where the image or service writes it, `runs` what it comes to in the end.

    `port` is None where it cannot be known. `development` says that it is a development server, or made one by a flag.
    """

    framework: str
    command: Command
    runs: Command
    port: int | None
    web: bool
    development: bool

_INTERPRETER = re.compile(r"python[\d.]*|php|bash|sh")
"""What runs a program that is written behind it: `python manage.py`, `php artisan`."""


def servers(image: Image) -> Iterator[Server]:
    """Every server or worker of a known kind that the image itself, or a service that runs it outside development, starts."""
    for command in started(image):
        for runs in _resolved(image, command, MAX_HOPS):
            kind = _kind(runs)
            if kind is not None:
                yield Server(
                    kind.framework, command, runs, _port(image, runs, kind), kind.web, _development(runs, kind)
                )


def started(image: Image) -> Iterator[Command]:
    """The commands that are started, as they are written: the image's own and those of services outside development."""
    for script in _scripts(image):
        yield from (command for command in script.commands if command.inner is None)


def entry_commands(image: Image) -> Iterator[Command]:
    """What is started, and every command of the entrypoint scripts of the context that it names."""
    for command in started(image):
        yield command
        inner = _script_file(image, command)
        if inner is not None:
            yield from inner.commands


def _scripts(image: Image) -> Iterator[Script]:
    own = _own(image)
    if own is not None:
        yield own
    for service in image.services:
        if not service.development:
            yield from (s for s in (service.entrypoint, service.command) if s is not None)


def _own(image: Image) -> Script | None:
    """ENTRYPOINT with CMD as its arguments, or CMD alone, as Docker joins them."""
    from deployflow_gate.model.script import Script

    entrypoint, command = image.entrypoint, image.command
    if entrypoint is None or not entrypoint.words:
        return command.script if command is not None else None
    if not entrypoint.json or command is None or not command.json:
        return entrypoint.script
    return Script.exec(entrypoint, entrypoint.words + command.words)


def _resolved(image: Image, command: Command, hops: int) -> Iterator[Command]:
    """What a command comes to: the commands of a script file of the context, a script of package.json, or itself."""
    if hops == 0:
        return
    inner = _package_script(image, command) or _script_file(image, command)
    if inner is None:
        yield command
        return
    for below in inner.commands:
        yield from _resolved(image, below, hops - 1)
    # `exec "$@"`: the entrypoint script runs what it was given
    yield from _resolved_arguments(image, command, inner, hops)


def _resolved_arguments(image: Image, command: Command, inner: Script, hops: int) -> Iterator[Command]:
    from deployflow_gate.model.script import Script
    from deployflow_gate.text import Text

    if not re.search(r"""exec\s+(?:\S+\s+)*"?\$[@*]"?""", inner.text.text) or not command.arguments:
        return
    words = [Text(w.span, w.raw, w.sketch) for w in command.arguments]
    for below in Script.exec(image, words).commands:
        yield from _resolved(image, below, hops - 1)


def _script_file(image: Image, command: Command) -> Script | None:
    """The shell script of the context that a command names, where exactly one file can be meant."""
    from deployflow_gate.model.script import Script

    name = command.words[0].value if command.words else None
    context = image.context
    if name is None or context is None or not ("/" in name or name.endswith(".sh") or "." not in name):
        return None
    wanted = basename(name)
    if wanted in KINDS or wanted in RUNNERS:
        return None
    fitting = [path for path in context.all_files if basename(path) == wanted]
    if len(fitting) != 1:
        return None
    source = image.project.read_text(context.inside(fitting[0]))
    if source is None or not (source.text.startswith("#!") or wanted.endswith(".sh")):
        return None
    return Script.file(image, source)


def _package_script(image: Image, command: Command) -> Script | None:
    """The script of package.json that `npm start`, `npm run x` or `yarn x` runs."""
    from deployflow_gate.model.framework import package_json
    from deployflow_gate.model.script import Script
    from deployflow_gate.text import Mapped, Source

    if command.name not in RUNNERS:
        return None
    words = [w.value for w in command.operands]
    name = words[1] if len(words) > 1 and words[0] in {"run", "run-script"} else words[0] if words else None
    scripts = package_json(image).get("scripts")
    text = scripts.get(name) if isinstance(scripts, dict) and name else None
    if not isinstance(text, str):
        return None
    source = Source("package.json", text)
    return Script.shell(image, Mapped.whole(source.whole), "sh", {})


def _kind(command: Command) -> Kind | None:
    words = command.own
    if command.name is not None and _INTERPRETER.fullmatch(command.name) and command.module is None:
        words = tuple(w for w in words[1:] if not w.sketch.startswith("-"))
    elif command.name == "npx":
        words = command.arguments
    if not words or words[0].value is None:
        return None
    name, values = basename(words[0].value), [w.value for w in words[1:]]
    for kind in KINDS.get(name, ()):
        if not kind.words or any(value in kind.words for value in values):
            return None if name == "vite" and "build" in values else kind
    if name in RUNNERS and "dev" in values[:2]:
        return Kind("node", development=True)
    return None


def _development(command: Command, kind: Kind) -> bool:
    return kind.development or (bool(kind.reload) and command.has_flag(*kind.reload))


def _port(image: Image, command: Command, kind: Kind) -> int | None:
    if command.name == "gunicorn" and command.option("-c", "--config") is not None:
        return None
    for flag in kind.ports:
        given = command.option(flag)
        if given is not None:
            return _number(given.sketch)
    if kind.framework == "django":
        operands = [w.sketch for w in command.arguments if not w.sketch.startswith("-")]
        at = operands.index("runserver") if "runserver" in operands else -1
        if 0 <= at < len(operands) - 1:
            return _number(operands[at + 1])
    for variable in kind.variables:
        if variable in image.environment:
            return _number(image.environment[variable].sketch)
    return kind.port


def _number(sketch: str) -> int | None:
    """The port at the end of `8000`, `:8000`, `0.0.0.0:8000`, `tcp://0.0.0.0:8000`; None if it is not known."""
    digits = re.search(r"(?:^|:)(\d{1,5})/?$", sketch)
    return int(digits.group(1)) if digits else None


def is_web(image: Image) -> bool | None:
    """True for an image that serves HTTP, False for one that is known to do something else, None where nothing tells.

    The command decides; then what is exposed; then a base image that serves by itself.
    """
    known = image.servers
    if any(s.web for s in known):
        return True
    if known:
        return False
    exposed = {number for e in image.exposes for _, number, protocol in e.ports if number and protocol == "tcp"}
    if exposed & HTTP_PORTS:
        return True
    base = image.base
    if base is not None and image.command is None and image.entrypoint is None and base.name in WEB_BASES:
        return True
    return None


def listening_ports(image: Image) -> frozenset[int] | None:
    """The ports of its web servers, None if one of them is unknown or there is no known server."""
    return _all_known(s.port for s in image.servers if s.web)


def _all_known(ports: Iterable[int | None]) -> frozenset[int] | None:
    found = list(ports)
    return frozenset(p for p in found if p) if found and None not in found else None
