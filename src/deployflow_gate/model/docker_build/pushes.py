"""`docker tag` and `docker push` beside a build: which images of a job reach a registry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deployflow_gate.model.docker_build.commands import COMPOSE_VALUES, text_of
from deployflow_gate.model.docker_build.scripts import tool_of
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.record import replace
from deployflow_gate.text import UNKNOWN, Text

if TYPE_CHECKING:
    from deployflow_gate.model.script import Command

_PUSH_VALUES = COMPOSE_VALUES | {"--platform", "--authfile", "--creds", "--format"}


def with_pushes(requests: Iterable[BuildRequest], commands: Iterable[Command]) -> tuple[BuildRequest, ...]:
    """The requests with the names that their images are given later, and `push` set where one of those is pushed."""
    renamed: list[tuple[Text, Text]] = []
    pushed: list[Text] = []
    whole: list[Text] = []
    for command in commands:
        tool = tool_of(command)
        if tool is None or not (tool.pushes or tool.tags):
            continue
        arguments = tool.arguments(frozenset(_PUSH_VALUES))
        texts = [text_of(word) for word in arguments.operands]
        if tool.tags and len(texts) == 2:
            renamed.append((texts[0], texts[1]))
        elif tool.pushes and texts:
            (whole if arguments.has("-a") or arguments.has("--all-tags") else pushed).append(texts[0])
    if not (renamed or pushed or whole):
        return tuple(requests)
    return tuple(_followed(request, renamed, pushed, whole) for request in requests)


def _followed(
    request: BuildRequest, renamed: list[tuple[Text, Text]], pushed: list[Text], whole: list[Text]
) -> BuildRequest:
    tags = list(request.tags)
    for old, new in renamed:
        if any(_same(old, tag) for tag in tags):
            tags.append(new)
    reaches = any(_same(push, tag) for push in pushed for tag in tags)
    reaches = reaches or any(_same(push, tag, by_name=True) for push in whole for tag in tags)
    return replace(request, tags=tuple(tags), push=True if reaches else request.push)


def _same(left: Text, right: Text, *, by_name: bool = False) -> bool:
    """Whether two names of an image are surely the same: as values, or, where those are not known, as they are written."""
    if UNKNOWN in left.sketch or UNKNOWN in right.sketch:
        return _bare(left.raw) == _bare(right.raw) or _but_for_the_tag(left, right)
    one, other = _full(left.sketch), _full(right.sketch)
    return one.rpartition(":")[0] == other.rpartition(":")[0] if by_name else one == other


def _but_for_the_tag(left: Text, right: Text) -> bool:
    """Whether both are names of one repository, and no more than a tag (that of a loop, most often) is not known."""
    one, _, tag = left.sketch.rpartition(":")
    other, _, second = right.sketch.rpartition(":")
    if not one or not other or UNKNOWN not in tag + second or "/" in tag + second:
        return False
    if UNKNOWN in one or UNKNOWN in other:
        return _bare(left.raw).rpartition(":")[0] == _bare(right.raw).rpartition(":")[0]
    return one == other


def _bare(raw: str) -> str:
    return "".join(raw.split()).strip("\"'")


def _full(name: str) -> str:
    name = name.removeprefix("docker.io/").removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"
