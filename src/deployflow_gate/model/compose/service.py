"""One service of a compose file, as compose would run it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.compose import extends
from deployflow_gate.model.compose.build import build_request
from deployflow_gate.model.compose.healthcheck import Healthcheck
from deployflow_gate.model.compose.merge import merged
from deployflow_gate.model.compose.mount import Mount, mount_of, tmpfs_of
from deployflow_gate.model.compose.port import Port, port_of
from deployflow_gate.model.compose.script import exec_script, words_of
from deployflow_gate.model.compose.values import items_of, key_text, pairs_of, text_of, texts_of, truth
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.yaml import Entry, Mapping, Node
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model import node as graph
    from deployflow_gate.model.compose.file import ComposeFile
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.script import Script
    from deployflow_gate.model.server import Server
    from deployflow_gate.model.variable import Variable

_DEVELOPMENT_PROFILES = frozenset(
    {"dev", "devel", "development", "test", "tests", "testing", "debug", "local", "e2e", "ci"}
)


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of `depends_on`; `condition` is None in the short form."""

    name: Text
    condition: Text | None = None


@dataclass(frozen=True, eq=False)
class Service:
    """`mapping` is what is written under the name, `effective` what it comes to with merge keys and `extends`.

    What is inherited stands where it is written, maybe in another file; `children()` are only the nodes that stand here.
    A property is None (or empty) where nothing is written: see `complete` before taking that for absence.
    """

    file: ComposeFile
    entry_written: Entry
    mapping: Mapping

    @property
    def name(self) -> str:
        return self.entry_written.key.value

    @property
    def name_span(self) -> Span:
        return self.entry_written.key.span

    @property
    def span(self) -> Span:
        """From the name to the end of what is written under it."""
        return self.entry_written.span

    # What is written

    @cached_property
    def extension(self) -> extends.Effective:
        return extends.effective(self.file, self.mapping, self.name)

    @property
    def effective(self) -> ReadOnly[str, Entry]:
        return self.extension.entries

    @property
    def complete(self) -> bool:
        """False where it extends a service that cannot be seen: what is missing may be there."""
        return self.extension.complete

    def entry(self, key: str) -> Entry | None:
        return self.effective.get(key)

    def node(self, *keys: str) -> Node | None:
        """What is written at a path of keys: `node("deploy", "resources", "limits")`."""
        entry = self.effective.get(keys[0])
        node = entry.value if entry is not None else None
        for key in keys[1:]:
            found = node.merged.get(key) if isinstance(node, Mapping) else None
            node = found.value if found is not None else None
        return node

    def text(self, *keys: str) -> Text | None:
        """The scalar at a path of keys."""
        return self.file.text(self.node(*keys))

    def texts(self, *keys: str) -> tuple[Text, ...]:
        """The scalars of a list at a path of keys; one value stands for a list of it."""
        return texts_of(self.node(*keys), self.file.variables)

    def flag(self, *keys: str) -> bool | None:
        """Whether a switch is on: False where it is not written, None where it cannot be known."""
        written = self.text(*keys)
        return False if written is None else truth(written)

    def owns(self, span: Span) -> bool:
        """Whether a place counts to this service, so that it is told of once: it stands in it, or outside of all services in
        something that this service is the first to use."""
        return self.file.owner_of(span) is self

    # Other files

    @cached_property
    def counterparts(self) -> tuple[Service, ...]:
        """The services of this name in the file that this one is laid over, and in those that are laid over it."""
        files = (*((self.file.base,) if self.file.base else ()), *self.file.overrides)
        found = (file.service(self.name) for file in files)
        return tuple(service for service in found if service is not None)

    @property
    def same_service_elsewhere(self) -> tuple[Service, ...]:
        return self.counterparts

    @cached_property
    def merged_effective(self) -> ReadOnly[str, Entry]:
        """The entries as compose runs them: those of the base file's service with these laid over."""
        base = self.file.base.service(self.name) if self.file.base else None
        if base is None:
            return self.effective
        own = {
            **self.effective,
            **{key: entry for key, entry in self.mapping.merged.items() if entry.value.tag == "!reset"},
        }
        return merged(base.effective, own)

    def merged_entry(self, key: str) -> Entry | None:
        return self.merged_effective.get(key)

    @cached_property
    def development(self) -> bool:
        """True when it is for development or tests only: by its file, its profiles, or the stage that it builds."""
        from deployflow_gate.model.build import is_development_name

        if self.file.role == "development":
            return True
        profiles = {text.value for text in self.profiles}
        if profiles and profiles <= _DEVELOPMENT_PROFILES:
            return True
        target = self.text("build", "target")
        return target is not None and target.value is not None and is_development_name(target.value)

    @cached_property
    def deployed(self) -> bool:
        """Whether it is seen to be run for others than those who work on it, and this is where to tell of it; see `deployed`."""
        from deployflow_gate.model.compose.deployed import deployed

        return deployed(self)

    @cached_property
    def ends(self) -> bool:
        """Whether it is a job that ends, or is started by hand: by who waits for its end, its command, its profiles or its name."""
        from deployflow_gate.model.compose.deployed import ends

        return ends(self)

    def settled(self, *keys: str) -> tuple[Node, ...]:
        """What is written at a path of keys here, in the file below, and in those outside development that are laid over it."""
        from deployflow_gate.model.compose.deployed import settled

        return settled(self, keys)

    def settled_texts(self, *keys: str) -> tuple[Text, ...]:
        """The scalars that are settled at a path of keys, those of lists too."""
        return tuple(text for node in self.settled(*keys) for text in texts_of(node, self.file.variables))

    # Image and build

    @cached_property
    def image(self) -> ImageRef | None:
        """What it runs; with `build:` beside it, the name that the build's result gets."""
        from deployflow_gate.model.imageref import ImageRef

        text = self.text("image")
        return ImageRef.of(self, text) if text is not None and text.sketch else None

    @cached_property
    def build(self) -> BuildRequest | None:
        entry = self.entry("build")
        return build_request(self, entry) if entry is not None else None

    # What it runs

    @cached_property
    def command_words(self) -> tuple[Text, ...] | None:
        return words_of(self.node("command"), self.file.variables)

    @cached_property
    def entrypoint_words(self) -> tuple[Text, ...] | None:
        return words_of(self.node("entrypoint"), self.file.variables)

    @cached_property
    def command(self) -> Script | None:
        """No shell runs it, unless it names one."""
        return exec_script(self, self.command_words, self.known_environment)

    @cached_property
    def entrypoint(self) -> Script | None:
        return exec_script(self, self.entrypoint_words, self.known_environment)

    @cached_property
    def healthcheck(self) -> Healthcheck | None:
        entry = self.entry("healthcheck")
        if entry is None or not isinstance(entry.value, Mapping):
            return None
        return Healthcheck(self, entry.span, entry.value)

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        """The servers and workers of known kinds that it starts; () unless it runs one image, and that is built here."""
        images = self.file.project.images_run_by.get(self, ())
        if len(images) != 1:
            return ()
        own = bool(self.command_words or self.entrypoint_words)
        return tuple(server for server in images[0].servers if server.service is (self if own else None))

    # What it is given

    @cached_property
    def environment(self) -> tuple[Variable, ...]:
        from deployflow_gate.model.variable import Variable

        pairs = pairs_of(self.node("environment"), self.file.variables)
        return tuple(Variable(self, span, name, value, "environment") for span, name, value in pairs)

    @cached_property
    def known_environment(self) -> dict[str, str]:
        """Name → sketch of each variable that is given a value here."""
        return {v.name.sketch: v.value.sketch for v in self.environment if v.value is not None}

    @cached_property
    def env_files(self) -> tuple[Text, ...]:
        """As written, relative to the file's folder; the long form's `path`."""
        found = []
        for item in items_of(self.node("env_file")):
            path = item.get("path") if isinstance(item, Mapping) else item
            text = self.file.text(path)
            if text is not None:
                found.append(text)
        return tuple(found)

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        found = (port_of(self, item, self.file.variables) for item in items_of(self.node("ports")))
        return tuple(port for port in found if port is not None)

    @property
    def expose(self) -> tuple[Text, ...]:
        return self.texts("expose")

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """`volumes:` and `tmpfs:`."""
        variables = self.file.variables
        found = [mount_of(self, item, variables) for item in items_of(self.node("volumes"))]
        found += [tmpfs_of(self, item, variables) for item in items_of(self.node("tmpfs"))]
        return tuple(mount for mount in found if mount is not None)

    @cached_property
    def secrets(self) -> tuple[Text, ...]:
        return self._names("secrets")

    @cached_property
    def configs(self) -> tuple[Text, ...]:
        return self._names("configs")

    @cached_property
    def networks(self) -> tuple[Text, ...]:
        return self._names("networks")

    def _names(self, key: str) -> tuple[Text, ...]:
        """A list of names, a list of mappings with a `source`, or a mapping by name."""
        node = self.node(key)
        if isinstance(node, Mapping):
            return tuple(key_text(entry.key) for entry in node.merged.values())
        found = (self.file.text(i.get("source") if isinstance(i, Mapping) else i) for i in items_of(node))
        return tuple(text for text in found if text is not None)

    @cached_property
    def depends_on(self) -> tuple[Dependency, ...]:
        node = self.node("depends_on")
        if not isinstance(node, Mapping):
            return tuple(Dependency(text) for text in self.texts("depends_on"))
        variables = self.file.variables
        return tuple(
            Dependency(
                key_text(entry.key),
                text_of(entry.value.get("condition"), variables) if isinstance(entry.value, Mapping) else None,
            )
            for entry in node.merged.values()
        )

    @cached_property
    def labels(self) -> tuple[tuple[Text, Text | None], ...]:
        pairs = pairs_of(self.node("labels"), self.file.variables)
        return tuple((name, value) for _, name, value in pairs)

    @property
    def profiles(self) -> tuple[Text, ...]:
        return self.texts("profiles")

    # What it may do

    @property
    def privileged(self) -> bool | None:
        """False where it is not written, None where it cannot be known."""
        return self.flag("privileged")

    @property
    def read_only(self) -> bool | None:
        return self.flag("read_only")

    @property
    def user(self) -> Text | None:
        return self.text("user")

    @property
    def cap_add(self) -> tuple[Text, ...]:
        return self.texts("cap_add")

    @property
    def cap_drop(self) -> tuple[Text, ...]:
        return self.texts("cap_drop")

    @property
    def security_opt(self) -> tuple[Text, ...]:
        return self.texts("security_opt")

    @property
    def devices(self) -> tuple[Text, ...]:
        """The short form only."""
        return self.texts("devices")

    @property
    def network_mode(self) -> Text | None:
        return self.text("network_mode")

    @property
    def pid(self) -> Text | None:
        return self.text("pid")

    @property
    def ipc(self) -> Text | None:
        return self.text("ipc")

    @property
    def restart(self) -> Text | None:
        return self.text("restart")

    @property
    def container_name(self) -> Text | None:
        return self.text("container_name")

    @property
    def deploy(self) -> Mapping | None:
        node = self.node("deploy")
        return node if isinstance(node, Mapping) else None

    # The graph

    @cached_property
    def nodes(self) -> tuple[graph.Node, ...]:
        """Every node that comes of what is effective here, wherever it stands."""
        test = self.healthcheck.test if self.healthcheck is not None else None
        single = (self.image, self.entrypoint, self.command, test)
        return (*(n for n in single if n is not None), *self.environment, *self.ports, *self.mounts)

    def children(self) -> Iterator[graph.Node]:
        """Those of the nodes that stand here, in file order."""
        own = [node for node in self.nodes if self.owns(node.span)]
        return iter(sorted(own, key=lambda node: node.span.start))


def services_of(file: ComposeFile, mapping: Mapping) -> Iterator[Service]:
    """The services written in a mapping of them; a value that is no mapping is none (see `ComposeFile.faults`)."""
    for entry in mapping.merged.values():
        if isinstance(entry.value, Mapping):
            yield Service(file, entry, entry.value)
