"""`docker compose build` and its kin: which compose files a step builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.docker_build.commands import COMPOSE_VALUES, Tool, take_apart, text_of
from deployflow_gate.model.docker_build.scripts import Placed
from deployflow_gate.record import dataclass
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.workflow.step import Step

DEFAULT_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""In the order in which Compose looks for them. https://docs.docker.com/compose/intro/compose-application-model/"""

DEFAULT_OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)


@dataclass(frozen=True, eq=False)
class ComposeBuild:
    """One `build`, `up --build` or `push` of Compose.

    `paths` are the compose files in the repository, as far as they are known; `services` the operands, () for all. `builds`
    is False where it only pushes what is there.
    """

    step: Step
    span: Span
    verb: str
    paths: tuple[str, ...]
    services: tuple[Text, ...]
    builds: bool
    push: bool


def compose_build(step: Step, one: Placed) -> ComposeBuild | None:
    """The reference to compose files that a command is; None for other commands, and for verbs that build and push nothing."""
    command = one.command
    if command.name == "docker-compose":
        words = tuple(command.arguments)
    else:
        tool = Tool(command.name or "", tuple(command.arguments))
        if command.name not in ("docker", "podman") or not tool.composes:
            return None
        words = tool.rest
    at = 0
    while at < len(words) and words[at].sketch.startswith("-"):
        at += 2 if words[at].sketch in COMPOSE_VALUES else 1
    if at >= len(words):
        return None
    before = take_apart(words[:at], COMPOSE_VALUES)
    verb = words[at].sketch
    behind = take_apart(words[at + 1 :], COMPOSE_VALUES | _VERB_VALUES)
    builds = verb == "build" or (verb in ("up", "run", "create", "watch") and behind.has("--build"))
    push = verb == "push" or behind.has("--push")
    if not (builds or push):
        return None
    files = before.values("-f", "--file")
    paths = tuple(_paths(step, one, files, before.last("--project-directory")))
    return ComposeBuild(step, command.span, verb, paths, tuple(map(text_of, behind.operands)), builds, push)


_VERB_VALUES = frozenset(
    {"--build-arg", "--builder", "-m", "--memory", "--ssh", "--scale", "-t", "--timeout", "--pull", "--wait-timeout"}
)


def _paths(step: Step, one: Placed, files: tuple[Text, ...], directory: Text | None) -> Iterator[str]:
    exists = step.file.project.paths.__contains__
    if one.folder.path is None or (not files and one.folder.outside(None)):
        return
    base = one.folder.base
    names: list[str | None] = [one.folder.seen(text).value for text in files]
    if not files:
        env = step.context.get("env")
        listed = env.get("COMPOSE_FILE") if isinstance(env, Mapping) else None
        names = list(listed.split(":")) if isinstance(listed, str) and listed else []
        if not names:
            base = normpath(join(base, directory.value)) if directory is not None and directory.value else base
            for some in (DEFAULT_FILES, DEFAULT_OVERRIDES):
                names += [name for name in some if exists(_join(base, name))][:1]
    for name in names:
        if name is not None and exists(_join(base, name)):
            yield _join(base, name)


def _join(base: str, name: str) -> str:
    return normpath(join(base, name))
