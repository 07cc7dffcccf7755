"""A snapshot as it would be with some files changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import Snapshot, unlisted


@dataclass(frozen=True, eq=False)
class Changed:
    """A snapshot with other texts for some of its paths."""

    snapshot: Snapshot
    texts: Mapping[str, str]

    def paths(self) -> Sequence[str]:
        return tuple(sorted({*self.snapshot.paths(), *self.texts}))

    @property
    def unlisted(self) -> frozenset[str]:
        return unlisted(self.snapshot)

    def read(self, path: str) -> bytes:
        text = self.texts.get(path)
        return self.snapshot.read(path) if text is None else text.encode("utf-8", "surrogatepass")
