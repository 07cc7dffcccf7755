"""What says how the image runs, and the rest: USER, WORKDIR, EXPOSE, VOLUME, STOPSIGNAL, MAINTAINER, ONBUILD."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.instructions.base import Instruction
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node

_PORT = regex(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(\w+))?")


class User(Instruction):
    expands = True

    @cached_property
    def _halves(self) -> tuple[Text, Text | None]:
        whole = self.whole()
        user, colon, group = whole.sketch.partition(":")
        body = self.syntax.body
        at = _colon(body.text)
        if at is None:
            # quoted, or the colon is in a variable's value: both halves stand in the same place
            halves = (Text(whole.span, whole.raw, user), Text(whole.span, whole.raw, group))
        else:
            halves = (self.part(body, 0, at), self.part(body, at + 1, len(body.text)))
        return halves if colon else (whole, None)

    @property
    def user(self) -> Text:
        return self._halves[0]

    @property
    def group(self) -> Text | None:
        return self._halves[1]


def _colon(text: str) -> int | None:
    """Where an unquoted text has its first colon outside of a variable."""
    depth = 0
    for at, char in enumerate(text):
        if char in "'\"":
            return None
        if char == ":" and depth == 0:
            return at
        depth += (char == "{") - (char == "}")
    return None


class Workdir(Instruction):
    expands = True

    @cached_property
    def path(self) -> Text:
        return self.whole()


@dataclass(frozen=True, slots=True)
class ExposedPort:
    """`number` is None for a range or where it is not known, `protocol` in lower case."""

    text: Text
    number: int | None
    protocol: str

    @property
    def numbers(self) -> range:
        """The ports of a range, or the one; empty where they are not known."""
        match = _PORT.fullmatch(self.text.value or "")
        return range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)


class Expose(Instruction):
    expands = True

    @cached_property
    def ports(self) -> tuple[ExposedPort, ...]:
        return tuple(port for word in self.syntax.values for port in self._ports(self.text(word)))

    @staticmethod
    def _ports(text: Text) -> Iterator[ExposedPort]:
        # a variable may hold several ports
        for value in text.sketch.split() or [text.sketch]:
            match = _PORT.fullmatch(value)
            one = text if value == text.sketch else Text(text.span, text.raw, value)
            number = int(match[1]) if match and not match[2] else None
            yield ExposedPort(one, number, (match[3] if match and match[3] else "tcp").lower())


class Volume(Instruction):
    expands = True

    @property
    def paths(self) -> tuple[Text, ...]:
        return self.words


class Stopsignal(Instruction):
    expands = True

    @cached_property
    def signal(self) -> Text:
        return self.whole()


class Maintainer(Instruction):
    @property
    def name(self) -> str:
        return self.syntax.body.text


class Onbuild(Instruction):
    """`inner` runs in each stage that stands on this image; None where nothing stands behind the ONBUILD."""

    @cached_property
    def inner(self) -> Instruction | None:
        from deployflow_gate.model.instruction import make

        inner = self.syntax.inner
        return make(self.dockerfile, self.stage, inner, self.index, onbuild=True) if inner else None

    def children(self) -> Iterator[Node]:
        if self.inner is not None:
            yield self.inner


class Unknown(Instruction):
    """A line that begins with no keyword that Docker knows; the file has a fault there."""
