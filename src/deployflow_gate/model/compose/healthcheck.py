"""A service's health check."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.script import exec_script, shell_script, words_of
from deployflow_gate.model.compose.values import truth
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.yaml import Mapping, Scalar, Sequence
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.compose.service import Service
    from deployflow_gate.model.script import Script


@dataclass(frozen=True, eq=False)
class Healthcheck:
    """A view of `healthcheck:`; no node of its own. `span` is the entry, from its key."""

    service: Service
    span: Span
    mapping: Mapping

    def _text(self, key: str) -> Text | None:
        entry = self.mapping.merged.get(key)
        return self.service.file.text(entry.value) if entry is not None else None

    @property
    def interval(self) -> Text | None:
        return self._text("interval")

    @property
    def timeout(self) -> Text | None:
        return self._text("timeout")

    @property
    def retries(self) -> Text | None:
        return self._text("retries")

    @property
    def start_period(self) -> Text | None:
        return self._text("start_period")

    @cached_property
    def words(self) -> tuple[Text, ...]:
        """The test as a list, `CMD` included; () where it is a string or missing."""
        entry = self.mapping.merged.get("test")
        if entry is None or not isinstance(entry.value, Sequence):
            return ()
        return words_of(entry.value, self.service.file.variables) or ()

    @property
    def disabled(self) -> bool:
        """True where the image's own check is switched off."""
        return truth(self._text("disable")) is True or (bool(self.words) and self.words[0].value == "NONE")

    @cached_property
    def test(self) -> Script | None:
        """The command that is run, None where none is given or it is not known to be one."""
        entry = self.mapping.merged.get("test")
        if entry is None or self.disabled:
            return None
        node, file = entry.value, self.service.file
        if isinstance(node, Scalar):
            return shell_script(self.service, node, file.variables, self.service.known_environment)
        if not self.words or not isinstance(node, Sequence):
            return None
        kind = self.words[0].value
        if kind == "CMD-SHELL" and len(node.items) > 1:
            return shell_script(self.service, node.items[1], file.variables, self.service.known_environment)
        return exec_script(self.service, self.words[1:], self.service.known_environment) if kind == "CMD" else None
