"""Bake: the files that tell what to build, and the targets of a command or an action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.request import BuildRequest
from deployflow_gate.model.variable import Variable
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.hcl import Block, Value, parse_hcl, resolve
from deployflow_gate.text import UNKNOWN, Source, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.workflow.step import Step

DEFAULT_FILES = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
"""https://docs.docker.com/build/bake/reference/#file-format; the compose files of a folder come before them."""

MAX_PARENTS = 20
"""Targets that one inherits from, of which the later ones are left aside."""

MAX_DEPTH = 20
"""Targets that inherit from each other in a row."""

MAX_TARGETS = 500
"""Targets of one call. Docker's own largest bake files have some fifty."""


@dataclass(frozen=True, eq=False)
class Bake:
    """What the bake files of one call say together: later files add to and change what earlier ones say."""

    targets: Mapping[str, Mapping[str, Value]]
    spans: Mapping[str, Span]
    groups: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, str]

    def named(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The targets that the names stand for, groups opened; `default` is the target of that name where no group is."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = list(reversed(names))
        while waiting and len(found) < MAX_TARGETS:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            waiting += reversed(self.groups.get(name, ()))
            if name in self.targets:
                found[name] = None
        return tuple(found)

    def attributes(self, name: str) -> dict[str, Value]:
        """A target's attributes with those that it inherits; later parents win over earlier ones."""
        return self._inherited(name, frozenset(), {})

    def _inherited(self, name: str, above: frozenset[str], known: dict[str, dict[str, Value]]) -> dict[str, Value]:
        if name in above or len(above) > MAX_DEPTH:
            return {}
        if name in known:  # targets that share parents, level by level, would double the work with each level
            return known[name]
        own = self.targets.get(name, {})
        found: dict[str, Value] = {}
        parents = own.get("inherits", ())
        for parent in (parents if isinstance(parents, tuple) else ())[:MAX_PARENTS]:
            if isinstance(parent, Text) and parent.value is not None:
                _merge(found, self._inherited(parent.value, above | {name}, known))
        _merge(found, own)
        known[name] = found
        return found


def _merge(into: dict[str, Value], attributes: Mapping[str, Value]) -> None:
    for name, value in attributes.items():
        before = into.get(name)
        into[name] = {**before, **value} if isinstance(before, Mapping) and isinstance(value, Mapping) else value


def read_bake(project: Project, paths: tuple[str, ...]) -> Bake:
    """The bake files (HCL and JSON) of these paths of the repository; others are read over."""
    targets: dict[str, dict[str, Value]] = {}
    spans: dict[str, Span] = {}
    groups: dict[str, tuple[str, ...]] = {}
    defaults: dict[str, str] = {}
    for path in paths:
        source = project.read_text(path)
        if source is None:
            continue
        for block in parse_hcl(source) if path.endswith(".hcl") else _json_blocks(source):
            if block.type == "target":
                _merge(targets.setdefault(block.label, {}), block.attributes)
                spans.setdefault(block.label, block.span)
            elif block.type == "group":
                members = block.attributes.get("targets", ())
                groups[block.label] = tuple(_values(members))
            elif block.type == "variable":
                default = block.attributes.get("default")
                if isinstance(default, Text) and default.value is not None:
                    defaults[block.label] = default.value
    return Bake(targets, spans, groups, defaults)


def _values(value: Value) -> Iterator[str]:
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, Text) and item.value is not None:
            yield item.value


def _json_blocks(source: Source) -> Iterator[Block]:
    if not source.path.endswith(".json"):
        return
    root = yaml.parse_yaml(source).root  # JSON is YAML
    for kind in root.entries if isinstance(root, yaml.Mapping) else ():
        for entry in kind.value.entries if isinstance(kind.value, yaml.Mapping) else ():
            below = _json_value(entry.value, 4)
            if isinstance(below, Mapping):
                yield Block(entry.span, kind.key.value, entry.key.value, below)


def _json_value(node: yaml.Node, depth: int) -> Value:
    if isinstance(node, yaml.Scalar):
        # Quotes make it a template for `resolve`, as in HCL.
        return Text(node.span, node.span.text, UNKNOWN if "${" in node.value else node.value)
    if depth == 0:
        return ()
    if isinstance(node, yaml.Sequence):
        return tuple(_json_value(item, depth - 1) for item in node.items)
    return {entry.key.value: _json_value(entry.value, depth - 1) for entry in node.entries}


@dataclass(frozen=True, slots=True)
class BakeCall:
    """One call of bake: the folder it runs in (of the repository), what it builds, what it sets on the way."""

    step: Step
    span: Span
    folder: str
    paths: tuple[str, ...]
    names: tuple[str, ...] | None
    """None where the names are not known: then all targets may be meant."""
    overridden: frozenset[str]
    """Attributes that `--set` changes."""
    push: bool | None


def default_paths(project: Project, folder: str) -> tuple[str, ...]:
    paths = (normpath(join(folder, name)) for name in DEFAULT_FILES)
    return tuple(path for path in paths if path in project.paths)


def bake_requests(call: BakeCall) -> Iterator[BuildRequest]:
    """One request for each target that a call builds. Texts stand in the bake file, the request at the call."""
    bake = read_bake(call.step.file.project, call.paths)
    env = call.step.context.get("env")
    known = {name: str(value) for name, value in env.items()} if isinstance(env, Mapping) else {}
    names = bake.named(call.names) if call.names is not None else tuple(bake.targets)[:MAX_TARGETS]
    for name in names:
        yield _request(call, bake, name, known)


def _request(call: BakeCall, bake: Bake, name: str, env: Mapping[str, str]) -> BuildRequest:
    attributes = bake.attributes(name)
    matrix = "matrix" in attributes

    def leaf(key: str) -> Text | None:
        value = attributes.get(key)
        if key in call.overridden:
            return Text(call.span, "", UNKNOWN)
        if not isinstance(value, Text):
            return None
        text = resolve(value, {} if matrix else {**bake.defaults, **env})
        return text if text.sketch else None

    inline = attributes.get("dockerfile-inline")
    dockerfile = leaf("dockerfile")
    if inline is not None:
        dockerfile = Text(call.span, "", UNKNOWN)
    context = leaf("context")
    if context is not None and context.sketch.startswith("cwd://"):
        context = Text(context.span, context.raw, context.sketch.removeprefix("cwd://") or ".")
    value = context.value if context is not None else None
    arguments = attributes.get("args")
    contexts = attributes.get("contexts")
    tags = attributes.get("tags", ())
    outputs = attributes.get("output", ())
    pushes = any("type=registry" in one or "push=true" in one for one in _values(outputs))
    return BuildRequest(
        call.step,
        call.span,
        context,
        dockerfile,
        leaf("target"),
        arguments=tuple(_arguments(call.step, arguments, {**bake.defaults, **env})),
        # A default of a variable in a tag is there to be replaced by the run: only what the step sets is known.
        tags=tuple(resolve(tag, env) for tag in (tags if isinstance(tags, tuple) else ()) if isinstance(tag, Text)),
        push=True if call.push or pushes else call.push,
        base_dir=call.folder,
        remote_context=value is not None and ("://" in value or value == "-"),
        contexts=tuple(contexts) if isinstance(contexts, Mapping) else (),
    )


def _arguments(step: Step, value: Value | None, known: Mapping[str, str]) -> Iterator[Variable]:
    for name, one in value.items() if isinstance(value, Mapping) else ():
        if isinstance(one, Text):
            text = resolve(one, known)
            yield Variable(step, text.span, Text(text.span, name, name), text, "build-arg")
