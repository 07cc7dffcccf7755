"""COPY and ADD."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from posixpath import normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.instructions.base import Instruction
from deployflow_gate.regex import regex
from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.stage import Stage

_RECORDED = regex(r"(?:file|dir|multi):[0-9a-f]{64}")

_REMOTE = regex(r"https?://|ftp://|git://|git@|ssh://")


def _plain(path: str) -> str:
    """A path of the context without detours; what leads out of the context stays in it, as Docker has it."""
    return normpath("/" + path).lstrip("/") or "."


class Transfer(Instruction):
    expands = True

    @cached_property
    def _arguments(self) -> tuple[Text, ...]:
        return tuple(self.text(value) for value in self.syntax.values)

    @cached_property
    def sources(self) -> tuple[Text, ...]:
        """What is copied; heredocs are in `heredocs`."""
        opened = {h.span.start: h.span.end for h in self.heredocs}
        sources = self._arguments if self.destination is None else self._arguments[:-1]
        if not opened:
            return sources
        return tuple(s for s in sources if not any(start <= s.span.start < end for start, end in opened.items()))

    @property
    def context_sources(self) -> tuple[Text, ...]:
        """The sources that come from the build context: none behind a `--from`, and no URL."""
        if self.from_ is not None:
            return ()
        return tuple(s for s in self.sources if not _REMOTE.match(s.sketch))

    @property
    def recorded(self) -> bool:
        """Whether it was made from an image's history, which has a hash in the place of the files."""
        return bool(self.sources) and _RECORDED.fullmatch(self.sources[0].sketch) is not None

    @property
    def broken_array(self) -> bool:
        """Whether its arguments begin as a JSON array does and are none, so that its words say nothing."""
        return not self.json and self.argument_text.text.lstrip().startswith("[")

    @property
    def whole_context(self) -> bool:
        """Whether it takes all of the context."""
        return any(s.value is not None and _plain(s.value) in {".", "*"} for s in self.context_sources)

    @property
    def destination(self) -> Text | None:
        return self._arguments[-1] if len(self._arguments) > 1 else None

    @property
    def chown(self) -> Text | None:
        return self.flag_value("chown")

    @property
    def chmod(self) -> Text | None:
        return self.flag_value("chmod")

    @property
    def from_(self) -> Text | None:
        """Where COPY takes its sources from, if not from the context; None for ADD."""
        return self.flag_value("from")

    @cached_property
    def from_stage(self) -> Stage | None:
        return self.dockerfile.referred(self, self.from_)

    @cached_property
    def ref(self) -> ImageRef | None:
        """The image or stage that it copies from; None for an ONBUILD, whose stages are those of another file."""
        if self.from_ is None or self.onbuild:
            return None
        from deployflow_gate.model.imageref import ImageRef

        return ImageRef.of(self, self.from_, is_stage=self.from_stage is not None)

    def children(self) -> Iterator[Node]:
        if self.ref is not None:
            yield self.ref


class Copy(Transfer):
    pass


class Add(Transfer):
    pass
