"""What the token of a workflow or a job may do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, cast

from deployflow_gate.model.workflow.reading import fields
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.text import Span

Access = Literal["read", "write", "none"]


@dataclass(frozen=True, eq=False)
class Scope:
    """One line of `permissions:`; `access` is None for a word that is no level."""

    span: Span
    name: str
    key_span: Span
    access: Access | None
    access_span: Span


@dataclass(frozen=True, eq=False)
class Permissions:
    """`permissions:` as written. `all` is what `read-all` and `write-all` say, and "none" for `{}`; None where scopes are named."""

    span: Span
    value: yaml.Node
    key_span: Span

    @cached_property
    def all(self) -> Access | None:
        if isinstance(self.value, yaml.Scalar):
            return cast("Mapping[str, Access]", {"read-all": "read", "write-all": "write"}).get(self.value.value)
        return "none" if isinstance(self.value, yaml.Mapping) and not self.value.entries else None

    @cached_property
    def scopes(self) -> Mapping[str, Scope]:
        """Scope (`contents`) -> what is written of it."""
        return {name: _scope(name, entry) for name, entry in fields(self.value).items()}

    def of(self, scope: str) -> Access | None:
        """What the token may do there; what is not named is not allowed. None where it cannot be known."""
        if self.all is not None:
            return self.all
        if not isinstance(self.value, yaml.Mapping):
            return None
        named = self.scopes.get(scope)
        return named.access if named is not None else "none"

    @property
    def writes(self) -> tuple[Scope, ...]:
        """The scopes that are named with `write`."""
        return tuple(scope for scope in self.scopes.values() if scope.access == "write")


def _scope(name: str, entry: yaml.Entry) -> Scope:
    value = entry.value.value if isinstance(entry.value, yaml.Scalar) else ""
    access = cast("Access", value) if value in ("read", "write", "none") else None
    return Scope(entry.span, name, entry.key.span, access, entry.value.span)


def permissions_of(found: Mapping[str, yaml.Entry]) -> Permissions | None:
    """Of the fields of a workflow or a job. An empty `permissions:` says nothing."""
    entry = found.get("permissions")
    if entry is None or (isinstance(entry.value, yaml.Scalar) and entry.value.kind == "null"):
        return None
    return Permissions(entry.span, entry.value, entry.key.span)
