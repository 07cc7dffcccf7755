"""From which folder a Dockerfile is built that nothing in the repository builds."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename, dirname, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.project import Project

_BUILD_FOLDERS = frozenset(
    [
        "docker",
        ".docker",
        "dockerfiles",
        "container",
        "containers",
        "build",
        "ci",
        "deploy",
        "deployment",
        "infra",
        "images",
    ]
)
"""Folders that hold the files for builds, which are started elsewhere."""


def guessed_context(dockerfile: Dockerfile) -> str | None:
    """The folder, where what the file takes leaves no doubt.

    That is its own folder if all that it names is there, or if it takes nothing; the root if all is only there. One that takes
    all of its context and names nothing of it may be meant for any folder: its own only counts if it has an ignore file, or holds
    more than what builds need and has not the name of those that hold just that.
    """
    project, own = dockerfile.project, dirname(dockerfile.path)
    taken = [normpath(path.strip("/") or ".") for path in _taken(dockerfile) if ":" not in path]
    named = [path for path in taken if path != "."]
    if not own or not taken:
        return own
    if named:
        return next((folder for folder in (own, "") if all(_holds(project, folder, path) for path in named)), None)
    if f"{own}/.dockerignore" in project.paths:
        return own
    more = any(p.startswith(own + "/") and not _is_for_builds(p) for p in project.paths)
    return own if more and basename(own).lower() not in _BUILD_FOLDERS else None


def _is_for_builds(path: str) -> bool:
    return "dockerfile" in path.lower() or path.endswith("ignore")


def _holds(project: Project, folder: str, path: str) -> bool:
    """Whether a source, be it a glob, is in the folder."""
    full = f"{folder}/{path}" if folder else path
    if not set(path) & set("*?["):
        return project.exists(full)
    return any(fnmatchcase(name, full) for name in project.names_at(full.count("/") + 1))


def _taken(dockerfile: Dockerfile) -> Iterator[str]:
    """What COPY, ADD and bind mounts take from the context, as far as it is known."""
    from deployflow_gate.model.instruction import Run, Transfer

    for stage in dockerfile.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Transfer):
                yield from (source.value for source in instruction.context_sources if source.value)
            elif isinstance(instruction, Run):
                sources = (m.source for m in instruction.mounts if m.type == "bind" and m.from_ is None)
                yield from (source.value for source in sources if source is not None and source.value)
