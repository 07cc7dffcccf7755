"""How many processes answer the requests of a server: by its flags, its variables and gunicorn's configuration file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.server import Server
    from deployflow_gate.syntax.shell import Word

FLAGS: dict[str, tuple[str, ...]] = {
    "gunicorn": ("-w", "--workers"),
    "uvicorn": ("--workers",),
    "fastapi": ("--workers",),
    "hypercorn": ("-w", "--workers"),
    "granian": ("--workers",),
}
"""The servers that are made for several processes, start one unless they are told otherwise, and the flags that tell them."""

VARIABLES = {"granian": ("GRANIAN_WORKERS",), "hypercorn": ()}
_WEB_CONCURRENCY = ("WEB_CONCURRENCY",)
_SETTING = regex(
    r"^[ \t]*workers[ \t]*=[ \t]*(\d{1,4})?[ \t]*(?:#.*)?$|^[ \t]*workers\b|os\.environ|setattr", re.MULTILINE
)
_CLUSTER_FILES = frozenset({"Chart.yaml", "kustomization.yaml", "kustomization.yml", "skaffold.yaml", "helmfile.yaml"})
_CLUSTER_FOLDERS = frozenset({"k8s", "kubernetes", "helm", "kustomize", "k8", "kube"})


@dataclass(frozen=True, slots=True)
class Workers:
    """`count` is None where it cannot be known. `word` is where it is written on the command line, `given` whether it is anywhere."""

    count: int | None
    word: Word | None = None
    given: bool = True


def shipped_servers(image: Image) -> Iterator[Server]:
    """The servers that surely run where the image ships: not its own command if every service that runs it has another one."""
    running = [service for service in image.services if not service.development]
    replaced = bool(running) and all(s.command_words or s.entrypoint_words for s in running)
    for server in image.servers:
        if server.certain and not server.development and not (replaced and server.service is None):
            yield server


def workers(image: Image, server: Server) -> Workers:
    """The processes of a server of one of the kinds of FLAGS."""
    command = server.runs
    word = command.option(*FLAGS[server.framework])
    if word is not None:
        return Workers(int(word.sketch) if word.sketch.isdecimal() else None, word)
    names = VARIABLES.get(server.framework, _WEB_CONCURRENCY)
    told = [value for name in names if (value := command.variable(name)) is not None]
    if told:
        return Workers(int(told[0]) if told[0].isdecimal() else None)
    unknown = command.uncertain or command.has_flag(*FLAGS[server.framework])
    if unknown or any(_tells(image, name) for name in (*names, "GUNICORN_CMD_ARGS")):
        return Workers(None)
    if server.framework == "hypercorn" and command.option("-c", "--config") is not None:
        return Workers(None)
    return _configured(image, server) if server.framework == "gunicorn" else Workers(1, given=False)


def _tells(image: Image, name: str) -> bool:
    """Whether the image, or a service that runs it, has a variable."""
    return name in image.environment or any(name == v.name.value for s in image.services for v in s.environment)


def _configured(image: Image, server: Server) -> Workers:
    text = gunicorn_configuration(image, server)
    if text is None:
        return Workers(1, given=False)
    found = _SETTING.search(text)
    if found is None and text:
        return Workers(1, given=False)
    return Workers(int(found[1]) if found is not None and found[1] else None)


def gunicorn_configuration(image: Image, server: Server) -> str | None:
    """The text of gunicorn's configuration file; None where there is none, "" where it cannot be read."""
    word = server.runs.option("-c", "--config")
    if word is None and "-c" not in [w.sketch for w in server.runs.words]:
        name = "gunicorn.conf.py"
    else:
        name = basename((word.value or "").removeprefix("file:")) if word is not None else ""
    context = image.context
    found = [p for p in context.all_files if basename(p) == name] if context is not None and name else []
    if not found:
        return None if word is None else ""
    source = image.project.read_text(context.inside(found[0])) if context is not None and len(found) == 1 else None
    return source.text if source is not None else ""


def scaled_out(image: Image) -> bool:
    """Whether whoever runs the image starts it several times over: by replicas of a service, or on a cluster of Kubernetes."""
    for service in image.services:
        text = service.text("deploy", "replicas") or service.text("scale")
        if not service.development and text is not None and text.value != "1":
            return True
    project = image.project
    folders = {part for folder in project.folders for part in folder.lower().split("/")}
    return bool(folders & _CLUSTER_FOLDERS) or any(basename(path) in _CLUSTER_FILES for path in project.paths)
