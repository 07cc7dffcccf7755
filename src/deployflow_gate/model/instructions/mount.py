"""The mounts of a RUN: `--mount=type=bind,from=build,source=/a,target=/b`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.instructions.run import Run
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.stage import Stage

_ALIASES = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}


@dataclass(frozen=True, eq=False)
class RunMount:
    """`options` are all `name=value`, under the long names; None for a name without a value (`required`)."""

    run: Run
    span: Span
    options: Mapping[str, Text | None]

    @property
    def type(self) -> str | None:
        """bind, cache, tmpfs, secret or ssh; None where it is not known."""
        text = self.options.get("type")
        return "bind" if text is None else text.value

    @property
    def target(self) -> Text | None:
        return self.options.get("target")

    @property
    def source(self) -> Text | None:
        return self.options.get("source")

    @property
    def from_(self) -> Text | None:
        return self.options.get("from")

    @property
    def id(self) -> Text | None:
        return self.options.get("id")

    @property
    def env(self) -> Text | None:
        return self.options.get("env")

    def switch(self, name: str) -> bool:
        """Whether `required`, `readonly` or `readwrite` is there and not false."""
        text = self.options.get(name)
        return name in self.options and (text is None or (text.value or "").lower() != "false")

    @cached_property
    def from_stage(self) -> Stage | None:
        return self.run.dockerfile.referred(self.run, self.from_)

    @cached_property
    def ref(self) -> ImageRef | None:
        """The image or stage that it mounts from."""
        if self.from_ is None or self.run.onbuild:
            return None
        from deployflow_gate.model.imageref import ImageRef

        return ImageRef.of(self, self.from_, is_stage=self.from_stage is not None)

    def children(self) -> Iterator[Node]:
        if self.ref is not None:
            yield self.ref


def mounts(run: Run) -> Iterator[RunMount]:
    """The mounts of a RUN. One whose value is quoted is not taken apart any further than its spelling allows."""
    for flag in run.syntax.flags:
        written = flag.written
        if flag.name != "mount" or written is None:
            continue
        options: dict[str, Text | None] = {}
        start = 0
        for field in written.text.split(","):
            key, equals, value = field.partition("=")
            at = start + len(key) + 1
            name = key.strip("\"'").lower()
            text = run.part(written, at, at + len(value)) if equals else None
            options[_ALIASES.get(name, name)] = text
            start += len(field) + 1
        yield RunMount(run, flag.span, options)
