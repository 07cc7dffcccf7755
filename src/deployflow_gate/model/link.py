"""The only module that joins files: which documents there are, who builds them, and which images come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.document import Document, UnreadableFile
from deployflow_gate.model.node import Failure
from deployflow_gate.model.project import Project, Settings
from deployflow_gate.snapshot import Snapshot, Unreadable
from deployflow_gate.text import UNKNOWN, Source

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build, Context
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.text import Text


def link(snapshot: Snapshot, settings: Settings | None = None) -> Project:
    """The graph of a snapshot. Nothing is read or parsed before it is asked for."""
    return Project(snapshot, settings or Settings())


def found(project: Project) -> tuple[dict[str, Document], tuple[tuple[str, str], ...]]:
    """The documents that are known by their names, and what was skipped."""
    from deployflow_gate.model.discover import discover, is_template

    discovery = discover(project.paths, project.settings.exclude)
    documents: dict[str, Document] = {}
    left_out = list(discovery.skipped)
    for path, kind in sorted(discovery.kinds.items()):
        source = project.source(path)
        if isinstance(source, Unreadable):
            documents[path] = UnreadableFile(Source(path, ""), project, source.reason)
        elif reason := is_template(source.text, kind):
            left_out.append((path, reason))
        else:
            documents[path] = _document(kind, source, project)
    return documents, tuple(sorted(left_out))


def _document(kind: str, source: Source, project: Project) -> Document:
    # each module is imported only where such a file is there: a start is dominated by imports
    if kind == "dockerfile":
        from deployflow_gate.model.dockerfile import Dockerfile

        return Dockerfile(source, project)
    if kind == "compose":
        from deployflow_gate.model.compose import ComposeFile

        return ComposeFile(source, project)
    if kind == "workflow":
        from deployflow_gate.model.workflow import Workflow

        return Workflow(source, project)
    if kind == "action":
        from deployflow_gate.model.workflow import Action

        return Action(source, project)
    from deployflow_gate.model.ignorefile import IgnoreFile

    return IgnoreFile(source, project)


def documents(project: Project) -> Mapping[str, Document]:
    """Those known by name, and Dockerfiles of any name that compose or a workflow builds."""
    from deployflow_gate.model.dockerfile import Dockerfile

    known = dict(project.by_name)
    for request in project.requests:
        path = dockerfile_path(request)
        if path is None or path in known or path not in project.paths:
            continue
        source = project.source(path)
        if isinstance(source, Unreadable):
            known[path] = UnreadableFile(Source(path, ""), project, source.reason)
        else:
            known[path] = Dockerfile(source, project)
    return dict(sorted(known.items()))


def requests(project: Project) -> Iterator[BuildRequest]:
    """Every build that a document known by its name asks for, in path order: of compose services, steps, docker actions."""
    folders: dict[str, str] = {}
    for document in project.by_name.values():
        try:
            folders |= getattr(document, "project_directories", {})
        except Exception as error:  # noqa: BLE001  the other files' builds are known all the same
            project.failures.append(Failure(document.span, error))
    for document in project.by_name.values():
        try:
            asked = tuple(_completed(getattr(document, "build_requests", ()), folders))
        except Exception as error:  # noqa: BLE001  as above
            project.failures.append(Failure(document.span, error))
            continue
        yield from asked


def _completed(asked: tuple[BuildRequest, ...], folders: Mapping[str, str]) -> Iterator[BuildRequest]:
    for request in asked:
        if type(request.owner).__name__ == "Service":  # which needs no import of what reads compose files
            from deployflow_gate.model.compose.overlay import completed

            yield completed(request, folders)
        else:
            yield request


def _known(text: Text | None, default: str) -> str | None:
    return default if text is None else text.value


def _within(folder: str, path: str) -> str | None:
    """`path` as written in `folder`, as a path of the repository; None if it leaves it or is absolute."""
    if path.startswith(("/", "~")) or "\\" in path:
        return None
    joined = normpath(join(folder, path)) if path else folder
    if joined in {".", ""}:
        return ""
    return None if joined == ".." or joined.startswith("../") else joined


def context_folder(request: BuildRequest) -> str | None:
    """The context as a folder of the repository, None if it is remote, unknown or outside."""
    folder = _known(request.context, ".")
    if request.remote_context or folder is None or "://" in folder or folder.startswith("git@") or folder == "-":
        return None
    return _within(request.base_dir, folder)


def dockerfile_path(request: BuildRequest) -> str | None:
    """The path of the Dockerfile that is meant, None if that cannot be known or it is written in the request."""
    name = _known(request.dockerfile, "Dockerfile")
    own = request.dockerfile is not None and request.dockerfile_from_base
    folder = request.base_dir if own else context_folder(request)
    if name is None or folder is None or request.inline is not None:
        return None
    return _within(folder, name)


def builds(project: Project) -> tuple[Build, ...]:
    """One Build a request, then one for each Dockerfile of which nobody builds anything but other stages for development.

    Who has a stage for work ships the last one all the same, by hand or from another repository.
    """
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.dockerfile import Dockerfile

    result = []
    shipped: set[str] = set()
    for request in project.requests:
        path = dockerfile_path(request)
        document = project.document(path) if path is not None else None
        dockerfile = document if isinstance(document, Dockerfile) else None
        build = Build(project, request, path, dockerfile)
        result.append(build)
        if dockerfile is not None and (not build.development or build.stage is dockerfile.final):
            shipped.add(dockerfile.path)
    result += [Build(project, None, d.path, d) for d in project.dockerfiles if d.path not in shipped]
    return tuple(result)


def context(build: Build) -> Context | None:
    """The context node of a build; one for each folder and ignore file of the project."""
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.ignorefile import IgnoreFile, find_ignore_path

    project, folder = build.project, build.wanted_context
    if folder is None:
        return None
    path = find_ignore_path(folder, build.wanted_dockerfile or "", project.paths.__contains__) or ""
    known = project.contexts
    if (folder, path) not in known:
        document = project.document(path)
        known[folder, path] = Context(project, folder, path, document if isinstance(document, IgnoreFile) else None)
    return known[folder, path]


def images(project: Project) -> tuple[Image, ...]:
    """One Image for each stage that somebody builds, in the order of the builds."""
    from deployflow_gate.model.image import Image

    by_stage: dict[Stage, list[Build]] = {}
    for build in project.builds:
        if build.stage is not None:
            by_stage.setdefault(build.stage, []).append(build)
    return tuple(Image(project, stage, tuple(some)) for stage, some in by_stage.items())


def build_arguments(dockerfile: Dockerfile) -> Mapping[str, str]:
    """What all builds of a Dockerfile that ship agree to pass: name → sketch, UNKNOWN where they differ.

    An argument that some builds pass and others leave to its default is known only if the default is what is passed, which
    only the scope knows: it is UNKNOWN here.
    """
    every = dockerfile.builds
    shipping = tuple(b for b in every if not b.development) or every
    names = {name for build in shipping for name in build.argument_sketches}
    agreed = {}
    for name in names:
        values = {build.argument_sketches.get(name) for build in shipping}
        only = values.pop()
        agreed[name] = UNKNOWN if values or only is None else only
    return agreed
