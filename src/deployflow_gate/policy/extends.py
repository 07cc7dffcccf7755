"""A policy file and all it extends, each read once, in the order in which they speak."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname, join, normpath

from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.policy._presets import PRESETS
from deployflow_gate.policy.faults import Faults, quoted
from deployflow_gate.policy.written import Written
from deployflow_gate.text import Source, Span

Load = Callable[[str], Source | str]
"""A path to its text, or to a sentence that says why there is none."""

MAX_DEPTH = 8
"""Files that extend each other; more is a maze."""

MAX_FILES = 64
"""Files in all, each counted as often as it is extended: what eight levels that extend their next twice would double."""

_SUFFIXES = (".yml", ".yaml", ".json")


class Extended:
    """Reads the files that a policy extends. `in_order` gives those that speak first, first."""

    def __init__(self, load: Load, entries: Mapping[str, RuleEntry], faults: Faults) -> None:
        self._load = load
        self._entries = entries
        self._faults = faults
        self._files: dict[str, Written | None] = {}
        self._count = 0

    def in_order(self, name: str, at: Span, chain: tuple[str, ...]) -> Iterator[Written]:
        """What a preset or a file says, after what it extends says. `at` is where it was named."""
        self._count += 1
        if name in chain:
            circle = " → ".join(quoted(n) for n in (*chain[chain.index(name) :], name))
            self._faults.add(at, f"The policy extends itself: {circle}.")
        elif len(chain) > MAX_DEPTH or self._count > MAX_FILES:
            self._faults.add(at, f"The policy extends more than {MAX_DEPTH} levels or {MAX_FILES} files.")
        else:
            written = self._read(name, at)
            if written is not None:
                yield from self.below(name, written, at, chain)

    def below(self, name: str, written: Written, at: Span, chain: tuple[str, ...]) -> Iterator[Written]:
        """What a file that is read already extends, then the file."""
        for other, span in written.extends:
            place = span or at
            path = self._resolved(other, name, place)
            if path is not None:
                yield from self.in_order(path, place, (*chain, name))
        yield written

    def _read(self, name: str, at: Span) -> Written | None:
        if name in PRESETS:
            return PRESETS[name]
        if name not in self._files:
            text = self._load(name)
            if isinstance(text, str):
                self._faults.add(at, f"The file {quoted(name)} cannot be extended. {text}")
                self._files[name] = None
            else:
                from deployflow_gate.policy.read import read_policy

                self._files[name] = read_policy(text, self._entries, self._faults)
        return self._files[name]

    def _resolved(self, name: str, by: str, at: Span) -> str | None:
        """A preset's name, or a path from the root; it is written relative to the folder of the file that names it."""
        if name in PRESETS:
            return name
        if "/" not in name and not name.endswith(_SUFFIXES):
            self._faults.unknown(at, f"There is no preset {quoted(name)}", name, PRESETS)
            return None
        path = normpath(join(dirname(by), name))
        if path.startswith(("/", "../")) or "\\" in path or "\x00" in path:
            self._faults.add(at, f"The file {quoted(name)} is not in the repository.")
            return None
        return path
