"""A snapshot of given texts: for tests, for the examples of rule pages, and for callers of the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import Unreadable
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES, TOO_LARGE, normalise


@dataclass(frozen=True, eq=False)
class MemorySnapshot:
    """Files by path, as text (then UTF-8) or bytes. Raises ValueError on first use for a path that leaves the root."""

    files: Mapping[str, str | bytes]

    @cached_property
    def _bytes(self) -> dict[str, bytes]:
        pairs = sorted((normalise(path), content) for path, content in self.files.items())
        return {
            path: content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            for path, content in pairs
        }

    def paths(self) -> Sequence[str]:
        return tuple(self._bytes)

    def read(self, path: str) -> bytes:
        content = self._bytes[path]
        if len(content) > MAX_FILE_BYTES:
            raise Unreadable(path, TOO_LARGE)
        return content
