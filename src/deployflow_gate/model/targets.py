"""Which stages of a Dockerfile somebody builds, or may build, and what these need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile import expand
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.stage import Stage

MAX_PATTERNS = 50
"""References with variables in one file; with more of them, each stage may be meant."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FOR_ITSELF = _words(
    "test tests tester testing unittest unittests spec lint linter linting check checks checker ci coverage format fmt audit"
    " security scan verify validate dev devel develop development debug debugger local devcontainer vendor update generate"
    " docs export exporter artifact artifacts binaries binary bin release benchmark bench e2e integration acceptance"
)
"""Words in the names of stages that people and CI build by `--target`."""
_NAME_PARTS = regex(r"[a-z0-9]+")


def needed(dockerfile: Dockerfile) -> frozenset[Stage] | None:
    """The stages that may be built for something: the last one, those that builds ask for, those that are made to be built for
    themselves, and all that these need. None where a build asks for a stage that is not known."""
    roots = {dockerfile.final, *(build.stage for build in dockerfile.builds)}
    patterns = set(_patterns(dockerfile))
    if None in roots or len(patterns) > MAX_PATTERNS:
        return None
    roots.update(stage for stage in dockerfile.stages if for_itself(stage) or _is_meant(stage, patterns))
    return frozenset(with_what_they_need(stage for stage in roots if stage is not None))


def with_what_they_need(stages: Iterable[Stage]) -> set[Stage]:
    """These stages, what they stand on, and what all of them copy or mount from."""
    found: set[Stage] = set()
    ahead = list(stages)
    while ahead:
        stage = ahead.pop()
        if stage not in found:
            found.add(stage)
            ahead += stage.copies_from
            if stage.base_stage is not None:
                ahead.append(stage.base_stage)
    return found


def does_anything(dockerfile: Dockerfile) -> bool:
    """Whether any stage makes something: a file of bare FROMs is a list of images for a bot that renews them."""
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Run, Transfer

    return any(stage.of(Cmd, Entrypoint, Run, Transfer) for stage in dockerfile.stages)


def for_itself(stage: Stage) -> bool:
    """Whether a stage is made to be built by `--target`: it starts a program, gives files out, or its name says so."""
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Expose, Healthcheck, Transfer

    name = stage.name.raw.lower() if stage.name is not None else ""
    if not _FOR_ITSELF.isdisjoint(_NAME_PARTS.findall(name)) or stage.of(Cmd, Entrypoint, Expose, Healthcheck):
        return True
    return stage.from_scratch and bool(stage.of(Transfer))


def _patterns(dockerfile: Dockerfile) -> Iterator[tuple[str, str]]:
    """How the names begin and end that the references with variables may come to."""
    for stage in dockerfile.stages:
        texts = [text for _, text in stage.sources] + ([stage.from_.image] if stage.from_ is not None else [])
        for text in texts:
            if "$" in text.raw:
                sketch = expand(text.raw, lambda _: UNKNOWN, dockerfile.escape).value.lower()
                yield sketch.partition(UNKNOWN)[0], sketch.rpartition(UNKNOWN)[2]


def _is_meant(stage: Stage, patterns: Iterable[tuple[str, str]]) -> bool:
    name = stage.name.raw.lower() if stage.name is not None else ""
    return bool(name) and any(name.startswith(start) and name.endswith(end) for start, end in patterns)
