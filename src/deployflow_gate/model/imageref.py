"""A reference to an image, wherever it is written: FROM, COPY --from, compose `image:`, a job's container, `docker://`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.imageref import DOCKER_HUB, ImageSyntax, parse_image
from deployflow_gate.text import UNKNOWN, Fault, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.images_known import KnownImage
    from deployflow_gate.model.node import Node


@dataclass(frozen=True, slots=True)
class Variant:
    """What a tag says: `3.12.4-slim-bookworm` is version (3, 12, 4) and suffixes ("slim", "bookworm").

    The version is () where the tag does not start with one (`slim`, `latest`, `jdk-21`, a commit's hash) or it is not known. A
    suffix is between dashes; one that is not known is left out. A pre-release's mark (`3.13.0rc1`) is the first suffix.
    """

    version: tuple[int, ...]
    suffixes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ImageRef:
    """`text` is the reference alone, without `docker://` and the like. `is_stage`: it names a build stage, so it has no parts.

    A part is None if it is not written, or if it is named in `unknown` ("registry", "repository", "tag", "digest").
    """

    owner: Node
    text: Text
    is_stage: bool = False

    @staticmethod
    def of(owner: Node, text: Text, *, is_stage: bool = False) -> ImageRef:
        return ImageRef(owner, text, is_stage)

    @property
    def span(self) -> Span:
        return self.text.span

    @property
    def is_scratch(self) -> bool:
        """True for Docker's empty base."""
        return not self.is_stage and self.text.sketch == "scratch"

    @cached_property
    def syntax(self) -> ImageSyntax | None:
        """None for a stage and for scratch."""
        return None if self.is_stage or self.is_scratch else parse_image(self.text.sketch)

    @property
    def registry(self) -> str | None:
        """`docker.io` where none is written."""
        return self.syntax.registry if self.syntax else None

    @property
    def repository(self) -> str | None:
        """The path on the registry, `library/python` for `python`."""
        return self.syntax.repository if self.syntax else None

    @property
    def name(self) -> str | None:
        """As people say it: `python`, `bitnami/redis`, `ghcr.io/astral-sh/uv`; None unless registry and repository are known."""
        if self.registry is None or self.repository is None:
            return None
        if self.registry == DOCKER_HUB:
            return self.repository.removeprefix("library/")
        return f"{self.registry}/{self.repository}"

    @property
    def base_name(self) -> str | None:
        """The last part of the name, known or not where it comes from: `python` of `${MIRROR}/hub/python:3`."""
        return self.syntax.last_part if self.syntax else None

    @property
    def tag(self) -> str | None:
        return self.syntax.tag if self.syntax else None

    @property
    def digest(self) -> str | None:
        return self.syntax.digest if self.syntax else None

    @property
    def unknown(self) -> frozenset[str]:
        return self.syntax.unknown if self.syntax else frozenset()

    @property
    def official(self) -> bool:
        """True for one of Docker Hub's official images (`docker.io/library/…`)."""
        return self.registry == DOCKER_HUB and self.repository is not None and self.repository.startswith("library/")

    @property
    def pinned(self) -> bool | None:
        """Whether it has a digest; None if that cannot be known. A stage and scratch need none: True."""
        if self.syntax is None or self.digest is not None:
            return True
        return None if "digest" in self.unknown else False

    @property
    def untagged(self) -> bool:
        """True if surely neither a tag nor a digest is given, so that `latest` is meant."""
        return self.syntax is not None and not self.tag and not self.digest and not self.unknown & {"tag", "digest"}

    @property
    def built_here(self) -> bool:
        """Whether it is the name that a compose file gives to what its own services build."""
        if getattr(self.owner, "build", None) is not None:
            return True
        file = getattr(self.owner, "file", None)
        return file is not None and self.text.sketch in getattr(file, "built_images", ())

    @cached_property
    def tag_span(self) -> Span | None:
        """The tag's place, exact where it is written out, else that of the whole reference; None without a tag."""
        if self.syntax is None or self.syntax.tag_start is None or self.syntax.tag_end is None:
            return None
        written, sketch = self.span.text, self.text.sketch
        tail = sketch[self.syntax.tag_start - 1 :]
        if written[:1] in {'"', "'"} and written[-1:] == written[:1]:
            written = written[:-1]
        if UNKNOWN in tail or not written.endswith(tail):
            return self.span
        start = self.span.start + len(written) - len(tail) + 1
        return Span(self.span.source, start, start + self.syntax.tag_end - self.syntax.tag_start)

    @cached_property
    def variant_parts(self) -> Variant:
        return variant_of(self.syntax.tag_sketch if self.syntax else "")

    @property
    def version(self) -> tuple[int, ...]:
        return self.variant_parts.version

    @property
    def suffixes(self) -> tuple[str, ...]:
        return self.variant_parts.suffixes

    @cached_property
    def known(self) -> KnownImage | None:
        """What is known of the image (see `model.images_known`), or None."""
        from deployflow_gate.model.images_known import known_image

        return known_image(self.name, self.tag) if self.name is not None else None

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What of the reference is against the grammar, each with its place (the whole reference where not written out)."""
        flaws = self.syntax.flaws if self.syntax else ()
        written, sketch = self.span.text, self.text.sketch
        at = written.find(sketch) if UNKNOWN not in sketch else -1
        return tuple(
            Fault(
                self.span
                if at == -1
                else Span(self.span.source, self.span.start + at + f.start, self.span.start + at + f.end),
                f.message,
            )
            for f in flaws
        )

    def children(self) -> Iterator[Node]:
        return iter(())


_VERSION = regex(r"v?(\d{1,18}(?:[._u]\d{1,18}){0,8})(?:[._]?((?:alpha|beta|dev|pre|rc|a|b|m|p|r)\.?\d{0,9}))?")
"""`3.12.4`, `v2`, `8u342`, `11.0.20_8`, and `3.13.0rc1` with its mark apart."""


def variant_of(tag_sketch: str) -> Variant:
    """Take a tag apart at its dashes; pieces with UNKNOWN are left out."""
    if not tag_sketch:
        return Variant((), ())
    first, *rest = tag_sketch.split("-")
    suffixes = [part for part in rest if part and UNKNOWN not in part]
    found = _VERSION.fullmatch(first)
    if found is None:
        return Variant((), tuple([first] if first and UNKNOWN not in first else []) + tuple(suffixes))
    version = tuple(int(number) for number in re.split(r"[._u]", found[1]))
    return Variant(version, tuple(([found[2]] if found[2] else []) + suffixes))
