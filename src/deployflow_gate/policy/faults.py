"""What is wrong with a policy: every fault with its place, and the nearest name that was perhaps meant."""

from __future__ import annotations

from collections.abc import Iterable

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span

MAX_FAULTS = 100
"""More are counted, not listed: nobody reads them, and looking for the nearest name costs time."""

MAX_QUOTED = 60
"""Characters of a policy's text that a message repeats; the place says where the rest is."""

MAX_MEANT = 64
"""Characters of a name for which a nearest one is looked for; no rule's name comes near it."""


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One fault of a policy: the file (or the name that was asked for), its 1-based line and column (0 if there is no
    such place), and a sentence that says what is so."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.message}"


class PolicyError(Exception):
    """A policy that cannot be used. `faults` lists everything that is wrong with it, in file order."""

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        count = len(self.faults)
        head = "The policy has a fault:" if count == 1 else f"The policy has {count} faults:"
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])


class Faults:
    """Collects the faults of one load."""

    def __init__(self) -> None:
        self._found: list[PolicyFault] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found) + self._more

    def add(self, at: Span, message: str) -> None:
        if len(self._found) < MAX_FAULTS:
            self._found.append(PolicyFault(at.path, at.line, at.column, message))
        else:
            self._more += 1

    def unknown(self, at: Span, sentence: str, name: str, known: Iterable[str]) -> None:
        """`sentence` has no full stop: the nearest of the known names is added to it."""
        if len(self._found) < MAX_FAULTS:
            self.add(at, f"{sentence}{meant(name, known)}.")
        else:
            self._more += 1

    def raise_any(self) -> None:
        """Raises PolicyError if there is any fault."""
        if not self._found:
            return
        found = sorted(dict.fromkeys(self._found), key=lambda fault: (fault.path, fault.line, fault.column))
        if self._more:
            found.append(PolicyFault(found[0].path, 0, 0, f"{self._more} more faults are not listed."))
        raise PolicyError(found)


def meant(name: str, known: Iterable[str]) -> str:
    """ " (did you mean `x`?)" for the middle of a sentence, or "" if nothing known is near."""
    import difflib

    if len(name) > MAX_MEANT:
        return ""
    spellings = {k.lower(): k for k in known}
    near = difflib.get_close_matches(name.lower(), spellings, n=1, cutoff=0.7)
    return f" (did you mean `{spellings[near[0]]}`?)" if near else ""


def quoted(text: str) -> str:
    """A policy's own text for a message: in backticks, on one line, cut, nothing but printable characters."""
    shown = "".join(c if c.isprintable() and c != "`" else "\N{REPLACEMENT CHARACTER}" for c in text[:MAX_QUOTED])
    return f"`{shown}…`" if len(text) > MAX_QUOTED else f"`{shown}`"
