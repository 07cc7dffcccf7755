"""The root of the graph: one repository, its documents, and what link.py joined of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, Any

from deployflow_gate.record import dataclass, field
from deployflow_gate.snapshot import Snapshot, Unreadable
from deployflow_gate.text import Source, Span

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build, Context
    from deployflow_gate.model.compose import ComposeFile, Service
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.document import Document
    from deployflow_gate.model.ignorefile import IgnoreFile
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.node import Failure, Node
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.model.workflow import Action, Workflow


@dataclass(frozen=True)
class Settings:
    """What a policy says about reading a repository: globs of paths that are left out, globs of the compose files that
    are production, and the day on which things are judged."""

    exclude: tuple[str, ...] = ()
    production: tuple[str, ...] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


@dataclass(frozen=True, eq=False)
class Project:
    """One snapshot as a graph. Made by `deployflow_gate.model.link.link`."""

    snapshot: Snapshot
    settings: Settings = field(default_factory=Settings)

    @cached_property
    def span(self) -> Span:
        """A place for problems of no one file: the start of a source without a path of its own."""
        return Source("", "").whole

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every file of the repository."""
        return frozenset(self.snapshot.paths())

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, at any depth; "" is the root."""
        found = {""}
        for path in self.paths:
            folder = dirname(path)
            while folder and folder not in found:
                found.add(folder)
                folder = dirname(folder)
        return frozenset(found)

    def names_at(self, depth: int) -> frozenset[str]:
        """Every file and folder that stands so many names deep; 1 is what the root holds."""
        if depth not in self._by_depth:
            split = (path.split("/") for path in self.paths)
            self._by_depth[depth] = frozenset("/".join(parts[:depth]) for parts in split if len(parts) >= depth)
        return self._by_depth[depth]

    @cached_property
    def _by_depth(self) -> dict[int, frozenset[str]]:
        return {}

    def exists(self, path: str) -> bool:
        return path in self.paths or self.is_dir(path)

    def is_dir(self, path: str) -> bool:
        return path.strip("/") in self.folders

    @cached_property
    def _sources(self) -> dict[str, Source | Unreadable]:
        return {}

    def source(self, path: str) -> Source | Unreadable:
        """A file's text, read at most once; Unreadable (as a value) if it is absent or must not be read."""
        known = self._sources.get(path)
        if known is None:
            known = self._sources[path] = self._load(path)
        return known

    def _load(self, path: str) -> Source | Unreadable:
        from deployflow_gate.syntax.decode import decode

        if path not in self.paths:
            return Unreadable(path, "The file is not in the repository.")
        try:
            return decode(path, self.snapshot.read(path))
        except Unreadable as error:
            return error

    def read_text(self, path: str) -> Source | None:
        """A file's text, or None if it is absent or cannot be read."""
        source = self.source(path)
        return source if isinstance(source, Source) else None

    @cached_property
    def _found(self) -> tuple[Mapping[str, Document], tuple[tuple[str, str], ...]]:
        from deployflow_gate.model.link import found

        return found(self)

    @property
    def by_name(self) -> Mapping[str, Document]:
        """The documents known by their names; `documents` adds the Dockerfiles that only a build names."""
        return self._found[0]

    @property
    def skipped(self) -> tuple[tuple[str, str], ...]:
        """(path, reason) of files that look relevant and are left out on purpose."""
        return self._found[1]

    @cached_property
    def _documents(self) -> Mapping[str, Document]:
        from deployflow_gate.model.link import documents

        return documents(self)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every judged file, in path order."""
        return tuple(self._documents.values())

    def document(self, path: str) -> Document | None:
        """The judged file of this path. (While builds are being looked for, only those known by name are there.)"""
        return self.by_name.get(path) or (self._documents.get(path) if "requests" in self.__dict__ else None)

    @cached_property
    def requests(self) -> tuple[BuildRequest, ...]:
        """Every build that compose, a workflow or an action asks for."""
        from deployflow_gate.model.link import requests

        return tuple(requests(self))

    @cached_property
    def failures(self) -> list[Failure]:
        """What the gate itself failed at while it joined files, filled as it does."""
        return []

    @cached_property
    def contexts(self) -> dict[tuple[str, str], Context]:
        """(folder, ignore file) → context, filled as builds ask for theirs."""
        return {}

    def skips(self, path: str) -> bool:
        """Whether a file was left out on purpose."""
        return any(path == left_out for left_out, _ in self.skipped)

    def _of(self, home: str, name: str) -> tuple[Any, ...]:
        """The documents of a class, which is not imported for the question: one never imported has no instances."""
        documents, module = self.documents, sys.modules.get(f"deployflow_gate.model.{home}")
        return tuple(d for d in documents if isinstance(d, getattr(module, name))) if module is not None else ()

    @cached_property
    def dockerfiles(self) -> tuple[Dockerfile, ...]:
        return self._of("dockerfile", "Dockerfile")

    @cached_property
    def compose_files(self) -> tuple[ComposeFile, ...]:
        return self._of("compose", "ComposeFile")

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        return self._of("workflow", "Workflow")

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        return self._of("workflow", "Action")

    @cached_property
    def ignore_files(self) -> tuple[IgnoreFile, ...]:
        return self._of("ignorefile", "IgnoreFile")

    @cached_property
    def builds(self) -> tuple[Build, ...]:
        """Every build that compose, a workflow or an action asks for, then one for each Dockerfile nobody builds."""
        from deployflow_gate.model.link import builds

        return builds(self)

    @cached_property
    def builds_of(self) -> Mapping[Dockerfile, tuple[Build, ...]]:
        """The builds of each Dockerfile."""
        found: dict[Dockerfile, list[Build]] = {}
        for build in self.builds:
            if build.dockerfile is not None:
                found.setdefault(build.dockerfile, []).append(build)
        return {dockerfile: tuple(some) for dockerfile, some in found.items()}

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """Every stage that somebody builds, each once."""
        from deployflow_gate.model.link import images

        return images(self)

    @cached_property
    def image_of(self) -> Mapping[Stage, Image]:
        return {image.stage: image for image in self.images}

    @cached_property
    def images_run_by(self) -> Mapping[Service, tuple[Image, ...]]:
        """The images built here that each compose service runs; a service that runs none of them is not there."""
        found: dict[Service, list[Image]] = {}
        for image in self.images:
            for service in image.services:
                found.setdefault(service, []).append(image)
        return {service: tuple(some) for service, some in found.items()}

    @cached_property
    def shipped_stages(self) -> frozenset[Stage]:
        """The stages whose layers are part of an image that ships."""
        from deployflow_gate.model.shipping import shipped_stages

        return shipped_stages(self)

    @cached_property
    def judged_by(self) -> Mapping[Stage, Image]:
        """The first image that ships and stands on each stage."""
        from deployflow_gate.model.shipping import judged_by

        return judged_by(self)

    @cached_property
    def needed_by(self) -> Mapping[Stage, tuple[Build, ...]]:
        """The builds that ship something and need each stage, be it only to copy from."""
        from deployflow_gate.model.shipping import needed_by

        return needed_by(self)

    @cached_property
    def builds_in(self) -> Mapping[Context, tuple[Build, ...]]:
        """The builds that send each context."""
        found: dict[Context, list[Build]] = {}
        for build in self.builds:
            if build.context is not None:
                found.setdefault(build.context, []).append(build)
        return {context: tuple(some) for context, some in found.items()}

    def children(self) -> Iterator[Node]:
        """Documents, builds with their contexts, and the images that ship. A stage only built for development ships nothing."""
        yield from self.documents
        yield from self.builds
        yield from self.builds_in
        yield from (image for image in self.images if not image.development)
        yield from self.failures
