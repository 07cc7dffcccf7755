"""A compose file."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.extends import resolve
from deployflow_gate.model.compose.merge import is_reset
from deployflow_gate.model.compose.role import Role, is_plain, loaded_by_itself, plain_beside, role_of, siblings
from deployflow_gate.model.compose.service import Service, services_of
from deployflow_gate.model.compose.values import items_of, text_of
from deployflow_gate.model.document import Document
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.yaml import Entry, Mapping, Node, Scalar, YamlFile, parse_yaml, scalars
from deployflow_gate.text import Fault, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model import node as graph
    from deployflow_gate.model.request import BuildRequest

_MAPPINGS = frozenset({"services", "networks", "volumes", "secrets", "configs"})
_SECTIONS = _MAPPINGS | {"include", "models"}
_ROOT_KEYS = _SECTIONS | {"version", "name"}
_RUNS = frozenset({"image", "build", "extends"})
_SWARM = ("placement", "update_config", "rollback_config", "endpoint_mode", "mode")


@dataclass(frozen=True, eq=False)
class ComposeFile(Document):
    """Services, and the sections beside them. See the package's docstring for `role` and `base`."""

    @cached_property
    def yaml(self) -> YamlFile:
        return parse_yaml(self.source)

    @property
    def root(self) -> Mapping | None:
        return self.yaml.root if isinstance(self.yaml.root, Mapping) else None

    @property
    def broken(self) -> bool:
        return self.yaml.broken

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        return self.yaml.comments

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Of the YAML; what is no mapping where compose wants one; a service to extend that is not there."""
        return (*self.yaml.faults, *self._shape_faults(), *self._extends_faults())

    def _shape_faults(self) -> Iterator[Fault]:
        if self.yaml.root is None and not self.yaml.faults and is_plain(self.path):
            yield Fault(Span(self.source, 0, 0), "The compose file is empty.")
        if self.yaml.root is not None and self.root is None and is_plain(self.path):
            yield Fault(self.yaml.root.span, "The top level of a compose file is a mapping, and this is none.")
        elif self.root is not None and self.foreign is not None and is_plain(self.path):
            yield Fault(self.root.entries[0].key.span if self.root.entries else self.root.span, self.foreign)
        for name in sorted(_MAPPINGS):
            node = self.root.get(name) if self.root is not None and not self.version_one else None
            blank = isinstance(node, Scalar) and node.kind == "null"
            if blank and name == "services" and is_plain(self.path) and self.root and self.root.get("include") is None:
                yield Fault(self.root.merged[name].key.span, "`services` is empty.")
            if not (node is None or blank or is_reset(node) or isinstance(node, Mapping)):
                yield Fault(node.span, f"`{name}` is no mapping of names to {name}.")
        if self._written_services is not None:
            for key, entry in self._written_services.merged.items():
                if not (isinstance(entry.value, Mapping) or is_reset(entry.value) or key.startswith("x-")):
                    yield Fault(entry.key.span, f"The service `{key}` is no mapping.")

    def _extends_faults(self) -> Iterator[Fault]:
        told: set[int] = set()
        for service in self.services:
            fault = service.extension.fault
            if fault is not None and fault.span.source is self.source and fault.span.start not in told:
                told.add(fault.span.start)
                yield fault

    @cached_property
    def foreign(self) -> str | None:
        """Why this is no compose file in spite of its name, as a sentence; None for a compose file (an empty one, too)."""
        if self.yaml.root is None or self._written_services is not None:
            return None
        if self.root is None:
            return "The file has the name of a compose file, and is none: its top level is no mapping."
        if any(key in _ROOT_KEYS or key.startswith("x-") for key in self.root.merged):
            return None
        return "The file has the name of a compose file, and is none: it has no `services`."

    @cached_property
    def version_one(self) -> bool:
        """True for the first format: no `services:`, the services stand at the top level."""
        if self.root is None or not _SECTIONS.isdisjoint(self.root.merged):
            return False
        values = [entry.value for entry in self.root.merged.values()]
        return any(isinstance(value, Mapping) and not _RUNS.isdisjoint(value.merged) for value in values) and all(
            isinstance(value, Mapping) for value in values
        )

    @cached_property
    def _written_services(self) -> Mapping | None:
        if self.root is None:
            return None
        if self.version_one:
            return self.root
        entry = self.root.merged.get("services")
        return entry.value if entry is not None and isinstance(entry.value, Mapping) else None

    # Values

    @cached_property
    def variables(self) -> ReadOnly[str, str]:
        """Name → sketch, of the `.env` beside the file, if it is in the repository."""
        from deployflow_gate.syntax.dotenv import parse_dotenv

        folder = dirname(self.path)
        source = self.project.read_text(f"{folder}/.env" if folder else ".env")
        return parse_dotenv(source.text) if source is not None else {}

    def text(self, node: Node | None) -> Text | None:
        """A scalar as a text leaf with variables put in; None for null and for what is no scalar."""
        return text_of(node, self.variables)

    @cached_property
    def bad_interpolations(self) -> tuple[Span, ...]:
        """Each `${` that begins no variable and is not doubled; compose refuses the file for it."""
        from deployflow_gate.syntax.interpolation import interpolate

        if self.root is None:
            return ()
        found = []
        for scalar in scalars(self.root):
            if "$" in scalar.value:
                text = interpolate(scalar.mapped, self.variables)
                found += [scalar.mapped.span(start, end) for start, end in text.invalid]
        return tuple(found)

    # Services

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Those that are written in this file."""
        return tuple(services_of(self, self._written_services)) if self._written_services is not None else ()

    @cached_property
    def _by_name(self) -> dict[str, Service]:
        return {service.name: service for service in self.services}

    def service(self, name: str) -> Service | None:
        return self._by_name.get(name)

    @cached_property
    def restart_policies(self) -> frozenset[str]:
        """What its services give as `restart:`."""
        return frozenset(s.restart.sketch for s in self.services if s.restart is not None)

    @cached_property
    def awaited_to_end(self) -> frozenset[str]:
        """The names of the services whose end another one waits for."""
        return frozenset(
            dependency.name.sketch
            for service in self.services
            for dependency in service.depends_on
            if dependency.condition is not None and dependency.condition.value == "service_completed_successfully"
        )

    @cached_property
    def for_swarm(self) -> bool:
        """Whether a service says something that only a swarm heeds, which knows no order of start and starts again what ends."""
        return any(service.node("deploy", key) is not None for service in self.services for key in _SWARM)

    @cached_property
    def inherited(self) -> Counter[str]:
        """The characters that `extends` has laid under services of this file so far; see `extends.MAX_INHERITED`."""
        return Counter()

    @cached_property
    def service_mappings(self) -> dict[str, Mapping]:
        return {service.name: service.mapping for service in self.services}

    @cached_property
    def _first_users(self) -> dict[tuple[int, int], Service]:
        """Who is the first to use what stands outside of all services."""
        found: dict[tuple[int, int], Service] = {}
        for service in self.services:
            for node in service.nodes:
                if node.span.source is self.source and self._around(node.span) is None:
                    found.setdefault((node.span.start, node.span.end), service)
        return found

    @cached_property
    def _in_order(self) -> tuple[list[int], list[Service]]:
        services = sorted(self.services, key=lambda service: service.span.start)
        return [service.span.start for service in services], services

    def _around(self, span: Span) -> Service | None:
        starts, services = self._in_order
        index = bisect_right(starts, span.start) - 1
        return services[index] if index >= 0 and services[index].span.contains(span) else None

    def owner_of(self, span: Span) -> Service | None:
        """The service that tells of a place (see `Service.owns`); None for a place in another file, or that nobody uses."""
        if span.source is not self.source:
            return None
        return self._around(span) or self._first_users.get((span.start, span.end))

    @property
    def build_requests(self) -> tuple[BuildRequest, ...]:
        """The builds that the services ask for, inherited ones too."""
        return tuple(service.build for service in self.services if service.build is not None)

    # Sections

    def section(self, name: str) -> ReadOnly[str, Entry]:
        """The entries of a top-level section: networks, volumes, secrets, configs."""
        entry = self.root.merged.get(name) if self.root is not None and not self.version_one else None
        return entry.value.merged if entry is not None and isinstance(entry.value, Mapping) else {}

    @property
    def networks(self) -> ReadOnly[str, Entry]:
        return self.section("networks")

    @property
    def volumes(self) -> ReadOnly[str, Entry]:
        return self.section("volumes")

    @property
    def secrets(self) -> ReadOnly[str, Entry]:
        return self.section("secrets")

    @property
    def configs(self) -> ReadOnly[str, Entry]:
        return self.section("configs")

    @cached_property
    def version(self) -> Text | None:
        """The obsolete `version:`."""
        return self.text(self.root.get("version")) if self.root is not None and not self.version_one else None

    # Other files

    @cached_property
    def role(self) -> Role:
        return role_of(self.path, self.project.paths, self.project.settings.production)

    @cached_property
    def for_work(self) -> bool:
        """Whether something in a file of unknown role says that people develop or test with it; see `deployed`."""
        from deployflow_gate.model.compose.deployed import for_work

        return for_work(self)

    @cached_property
    def base(self) -> ComposeFile | None:
        """The plain file beside this one that it is laid over, or None."""
        path = plain_beside(self.path, self.project.paths)
        if path is None:
            return None
        plain = self.other(path)
        if plain is None or loaded_by_itself(self.path):
            return plain
        needy = (s for s in self.services if s.complete and _RUNS.isdisjoint(s.effective))
        return plain if any(service.name in plain.service_mappings for service in needy) else None

    @cached_property
    def overrides(self) -> tuple[ComposeFile, ...]:
        """The files beside this one that are laid over it."""
        if not siblings(self.path, self.project.paths):
            return ()
        files = (self.other(path) for path in siblings(self.path, self.project.paths))
        return tuple(
            file for file in files if file is not None and file.base is not None and file.base.path == self.path
        )

    @cached_property
    def includes(self) -> tuple[Text, ...]:
        """The files that `include:` names, as written."""
        entry = self.root.merged.get("include") if self.root is not None and not self.version_one else None
        found = []
        for item in items_of(entry.value if entry else None):
            for path in items_of(item.get("path") if isinstance(item, Mapping) else item):
                text = self.text(path)
                if text is not None:
                    found.append(text)
        return tuple(found)

    @cached_property
    def built_images(self) -> frozenset[str]:
        """The images, as written, that services of this file, of the one under it and of those over it build."""
        files = (self, *((self.base,) if self.base is not None else ()), *self.overrides)
        images = (s.image for file in files for s in file.services if s.build is not None)
        return frozenset(image.text.sketch for image in images if image is not None)

    @cached_property
    def project_directories(self) -> ReadOnly[str, str]:
        """Path of each included file that is given a `project_directory` → that folder, from which its own paths go."""
        entry = self.root.merged.get("include") if self.root is not None and not self.version_one else None
        found: dict[str, str] = {}
        for item in items_of(entry.value if entry else None):
            folder = self.text(item.get("project_directory")) if isinstance(item, Mapping) else None
            for path in items_of(item.get("path")) if isinstance(item, Mapping) and folder is not None else ():
                text = self.text(path)
                file = resolve(self.path, text.value) if text is not None and text.value else None
                place = resolve(self.path, folder.value) if folder is not None and folder.value else None
                if file is not None and place is not None:
                    found[file] = place.strip("/").removeprefix(".")
        return found

    @cached_property
    def included(self) -> tuple[ComposeFile, ...]:
        """Those of them that are in the repository. Their services are their own."""
        paths = (resolve(self.path, text.value) for text in self.includes if text.value)
        files = (self.other(path) for path in paths)
        return tuple(file for file in files if file is not None)

    @cached_property
    def _others(self) -> dict[str, ComposeFile | None]:
        return {}

    def other(self, path: str | None) -> ComposeFile | None:
        """Another compose file by its path in the repository, of whatever name; None if it cannot be read."""
        if path is None or path == self.path:
            return self if path is not None else None
        if path not in self._others:
            known = self.project.document(path)
            if known is None:
                source = self.project.read_text(path)
                self._others[path] = ComposeFile(source, self.project) if source is not None else None
            else:
                self._others[path] = known if isinstance(known, ComposeFile) else None
        return self._others[path]

    def children(self) -> Iterator[graph.Node]:
        return iter(self.services)
