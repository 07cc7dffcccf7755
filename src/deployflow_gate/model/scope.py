"""Which variables a line of a Dockerfile sees, and what they come to.

A global ARG (before the first FROM) is seen by FROM lines, and by a stage that declares it again. A stage sees the ARGs and
ENVs of the stage it stands on; an ENV wins over an ARG of its name. What a stage never declares may be set by its base
image, so nothing is known of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Arg, Env

END = float("inf")

MAX_LINEAGE = 200
"""Stages that stand on each other; a variable declared further down is not looked for."""

PREDEFINED = (
    frozenset(f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "ARCH", "VARIANT"))
    | frozenset(
        name for proxy in ("HTTP", "HTTPS", "FTP", "NO", "ALL") for name in (f"{proxy}_PROXY", f"{proxy.lower()}_proxy")
    )
    | {"PATH", "TARGETSTAGE"}
)
"""What BuildKit itself defines; the values are not ours to know."""


class Declared:
    """name → the instructions that set it and the values they give, in file order."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[list[int], list[str]]] = {}

    def add(self, name: str, index: int, value: str) -> None:
        indexes, values = self._found.setdefault(name, ([], []))
        indexes.append(index)
        values.append(value)

    def before(self, name: str, at: float) -> str | None:
        """The last value given before instruction number `at`."""
        if name not in self._found:
            return None
        indexes, values = self._found[name]
        count = bisect_left(indexes, at)
        return values[count - 1] if count else None

    def names(self, at: float) -> Iterator[str]:
        return (name for name, (indexes, _) in self._found.items() if indexes[0] < at)


class Timeline:
    """What the ARGs and ENVs of one stage (or those before the first FROM) declare, in order.

    Filled on demand and in file order, so that a declaration's own value sees what stands before it and nothing else.
    `below` is the timeline of the stage it stands on, `outer` that of the global ARGs; `closed` says that there is nothing
    else that could set a variable.
    """

    def __init__(
        self,
        declarations: Sequence[Arg | Env],
        passed: Mapping[str, str],
        *,
        below: Timeline | None = None,
        outer: Timeline | None = None,
        closed: bool = False,
    ) -> None:
        self.declarations = declarations
        self.passed = passed
        self.below = below
        self.outer = outer
        self.closed = closed
        self.args = Declared()
        self.envs = Declared()
        self._next = 0

    def fill(self, at: float = END) -> None:
        """Take in all declarations that stand before instruction number `at`."""
        while self._next < len(self.declarations) and self.declarations[self._next].index < at:
            self._take(self.declarations[self._next])
            self._next += 1

    def _take(self, declaration: Arg | Env) -> None:
        for variable in declaration.variables:
            name = variable.name.value
            if name is None:
                continue
            given = variable.value.sketch if variable.value else None
            if variable.kind == "env":
                self.envs.add(name, declaration.index, given or "")
            else:
                self.args.add(name, declaration.index, self.argument(name, given))

    def argument(self, name: str, default: str | None) -> str:
        """What an ARG comes to: what the builds pass, its default, or the global ARG of its name."""
        if name in self.passed:
            return self.passed[name]
        if default is not None:
            return default
        known = self.outer.declared(name) if self.outer else None
        return UNKNOWN if known is None else known

    def _chain(self, at: float) -> Iterator[tuple[Timeline, float]]:
        timeline: Timeline | None = self
        for _ in range(MAX_LINEAGE):
            if timeline is None:
                return
            yield timeline, at
            timeline, at = timeline.below, END

    def declared(self, name: str, at: float = END) -> str | None:
        """The sketch of a variable as instruction number `at` sees it; None if it is not declared."""
        self.fill(at)
        for timeline, limit in self._chain(at):
            if (value := timeline.envs.before(name, limit)) is not None:
                return value
        for timeline, limit in self._chain(at):
            if (value := timeline.args.before(name, limit)) is not None:
                return value
        return None

    def names(self, at: float) -> set[str]:
        """The names of all declared variables."""
        self.fill(at)
        found: set[str] = set()
        for timeline, limit in self._chain(at):
            found.update(timeline.envs.names(limit), timeline.args.names(limit))
        return found


class Scope(Mapping[str, str]):
    """What one line sees: name → sketch of each declared variable. `lookup` also answers for those not declared."""

    def __init__(self, timeline: Timeline | None, at: float, own: Mapping[str, str] | None = None) -> None:
        self._timeline = timeline
        self._at = at
        self._own = own or {}

    def lookup(self, name: str) -> str | None:
        """The sketch; None where it is known to be unset, UNKNOWN where nothing is known of it."""
        if name in self._own:
            return self._own[name]
        if self._timeline is None:
            return UNKNOWN
        value = self._timeline.declared(name, self._at)
        return UNKNOWN if value is None and (not self._timeline.closed or name in PREDEFINED) else value

    def __getitem__(self, name: str) -> str:
        value = self._own.get(name)
        if value is None and self._timeline:
            value = self._timeline.declared(name, self._at)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        names = self._timeline.names(self._at) if self._timeline else set()
        return iter(sorted(names | self._own.keys()))

    def __len__(self) -> int:
        return len(list(iter(self)))


NOTHING_KNOWN = Scope(None, 0)
"""The scope of an ONBUILD trigger: it runs in whatever stage stands on this one."""
