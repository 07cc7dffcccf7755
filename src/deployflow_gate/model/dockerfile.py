"""A Dockerfile: the instructions before the first FROM, and the stages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.document import Document
from deployflow_gate.model.instruction import Arg, Instruction, make
from deployflow_gate.model.scope import Timeline
from deployflow_gate.model.stage import Stage
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.dockerfile import DockerfileSyntax, parse_dockerfile
from deployflow_gate.text import Fault, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.node import Node


@dataclass(frozen=True, eq=False)
class Dockerfile(Document):
    """One Dockerfile of the project. Without a FROM, its instructions make one stage that starts from nothing known."""

    @cached_property
    def syntax(self) -> DockerfileSyntax:
        return parse_dockerfile(self.source)

    @property
    def escape(self) -> str:
        return self.syntax.escape

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return self.syntax.faults

    @property
    def broken(self) -> bool:
        return self.syntax.broken

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        return self.syntax.comments

    def has_comment(self, span: Span) -> bool:
        """Whether a comment line begins inside of a span, so that it would be lost with it."""
        at = bisect_left(self.comments, span.start, key=lambda comment: comment.start)
        return at < len(self.comments) and self.comments[at].start < span.end

    @cached_property
    def statements(self) -> tuple[Span, ...]:
        return tuple(i.span for i in self.syntax.instructions)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """The number of the instruction that each stage begins with."""
        names = [i.name for i in self.syntax.instructions]
        starts = tuple(n for n, name in enumerate(names) if name == "FROM")
        if starts:
            return starts
        return tuple(n for n, name in enumerate(names) if name != "ARG")[:1]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        ends = (*self._starts[1:], len(self.syntax.instructions))
        return tuple(Stage(self, n, *ends) for n, ends in enumerate(zip(self._starts, ends, strict=False)))

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """All of them, in file order."""
        first = self._starts[0] if self._starts else len(self.syntax.instructions)
        found = [make(self, None, syntax, n) for n, syntax in enumerate(self.syntax.instructions[:first])]
        for stage in self.stages:
            rows = self.syntax.instructions[stage.start : stage.end]
            found += [make(self, stage, syntax, n) for n, syntax in enumerate(rows, stage.start)]
        return tuple(found)

    @cached_property
    def _before(self) -> tuple[Instruction, ...]:
        return self.instructions[: self._starts[0]] if self._starts else self.instructions

    @cached_property
    def global_args(self) -> tuple[Arg, ...]:
        return tuple(i for i in self._before if isinstance(i, Arg))

    @cached_property
    def loose(self) -> tuple[Instruction, ...]:
        """What stands before the first FROM and is no ARG: Docker refuses it."""
        return tuple(i for i in self._before if not isinstance(i, Arg))

    def mentions(self, text: str) -> bool:
        """Whether a text stands anywhere in the file. It is looked for once, so that it may be asked for each command."""
        found = self._mentioned.get(text)
        if found is None:
            found = self._mentioned[text] = text in self.source.text
        return found

    @cached_property
    def _mentioned(self) -> dict[str, bool]:
        return {}

    @cached_property
    def timeline(self) -> Timeline:
        """The global ARGs."""
        return Timeline(self.global_args, self.build_arguments, closed=True)

    @cached_property
    def _names(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for stage in self.stages:
            if stage.name is not None:
                found.setdefault(stage.name.raw.lower(), []).append(stage.index)
        return found

    def stage(self, name_or_index: str) -> Stage | None:
        """The stage that a build target names: the last one of the name, else the number."""
        indexes = self._names.get(name_or_index.lower())
        if indexes:
            return self.stages[indexes[-1]]
        return self._numbered(name_or_index, len(self.stages))

    def _numbered(self, number: str, before: int) -> Stage | None:
        if not (number.isascii() and number.isdigit() and len(number) < 6):
            return None
        return self.stages[int(number)] if int(number) < before else None

    def named_before(self, name: str, stage: Stage) -> Stage | None:
        """The nearest earlier stage of a name, as FROM finds it."""
        indexes = self._names.get(name.lower(), [])
        count = bisect_left(indexes, stage.index)
        return self.stages[indexes[count - 1]] if count else None

    def referred(self, instruction: Instruction, name: Text | None) -> Stage | None:
        """The earlier stage that a `--from` or a mount's `from` names, by name or number."""
        stage = instruction.stage
        if name is None or not name.value or stage is None or instruction.onbuild:
            return None
        return self.named_before(name.value, stage) or self._numbered(name.value, stage.index)

    def ahead(self, instruction: Instruction, name: Text | None) -> Stage | None:
        """The stage itself or a later one that a `--from` or a mount's `from` names, where it names no earlier one."""
        stage = instruction.stage
        if name is None or not name.value or stage is None or instruction.onbuild or self.referred(instruction, name):
            return None
        indexes = self._names.get(name.value.lower())
        return self.stages[indexes[0]] if indexes else self._numbered(name.value, len(self.stages))

    @cached_property
    def references(self) -> Mapping[Stage, tuple[Text, ...]]:
        """Where FROMs, COPYs and mounts name each stage."""
        found: dict[Stage, list[Text]] = {}
        for stage in self.stages:
            if stage.from_ is not None and stage.base_stage is not None:
                found.setdefault(stage.base_stage, []).append(stage.from_.image)
            for instruction, text in stage.sources:
                named = self.referred(instruction, text)
                if named is not None:
                    found.setdefault(named, []).append(text)
        return {stage: tuple(texts) for stage, texts in found.items()}

    @cached_property
    def stage_arguments(self) -> Mapping[str, Arg]:
        """Name → the first ARG of a stage that declares it."""
        found: dict[str, Arg] = {}
        for arg in self.instructions:
            if isinstance(arg, Arg) and arg.stage is not None:
                for variable in arg.variables:
                    found.setdefault(variable.name.sketch, arg)
        return found

    @cached_property
    def circles(self) -> Mapping[Stage, int]:
        """The stages that need each other in a circle, with the number of their circle."""
        from deployflow_gate.model.circles import circles

        return circles(self.stages)

    @cached_property
    def does_anything(self) -> bool:
        """False for a file of bare FROMs, which is a list of images for a bot."""
        from deployflow_gate.model.targets import does_anything

        return does_anything(self)

    @cached_property
    def build_words(self) -> frozenset[str]:
        """In lower case, names that a script of the repository may give to a build as its target or as a context."""
        from deployflow_gate.model.mentions import build_words

        return build_words(self)

    @cached_property
    def needed(self) -> frozenset[Stage] | None:
        """The stages that are, or may well be, built for something (see `model.targets`); None where that is not known."""
        from deployflow_gate.model.targets import needed

        return needed(self)

    @cached_property
    def argument_defaults(self) -> Mapping[str, str]:
        """The global ARGs where nobody passes more than the builds that are known: empty without a default, as in BuildKit."""
        from deployflow_gate.model.base_arguments import argument_defaults

        return argument_defaults(self)

    @property
    def final(self) -> Stage | None:
        """What a build without a target ships."""
        return self.stages[-1] if self.stages else None

    @cached_property
    def builds(self) -> tuple[Build, ...]:
        return self.project.builds_of.get(self, ())

    @cached_property
    def context_names(self) -> frozenset[str]:
        """In lower case, the names of the contexts that builds give beside the main one, instead of stages and images."""
        return frozenset(name.lower() for build in self.builds if build.request for name in build.request.contexts)

    @cached_property
    def build_arguments(self) -> Mapping[str, str]:
        """Name → sketch of what all shipping builds agree to pass; nothing where the project knows no builds."""
        if not getattr(self.project, "builds", ()):
            return {}
        from deployflow_gate.model.link import build_arguments

        return build_arguments(self)

    def children(self) -> Iterator[Node]:
        yield from self._before
        yield from self.stages
