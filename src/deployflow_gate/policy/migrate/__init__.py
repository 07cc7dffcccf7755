"""Other tools' configurations as a policy of the gate: every line of theirs becomes something, or is said not to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from deployflow_gate.policy.migrate.became import Became, globs_of
from deployflow_gate.policy.migrate.items import Item, Unreadable, items_of
from deployflow_gate.policy.migrate.writing import render_policy
from deployflow_gate.record import dataclass, replace
from deployflow_gate.syntax.globs import glob_fault

__all__ = ["KNOWN", "Became", "Migration", "migrate"]

KNOWN = {
    ".hadolint.yaml": "hadolint", ".hadolint.yml": "hadolint",
    ".tally.toml": "tally", "tally.toml": "tally",
    ".trivyignore": "trivy", ".trivyignore.yaml": "trivy", ".trivyignore.yml": "trivy",
    ".checkov.yaml": "checkov", ".checkov.yml": "checkov",
    "kics.config": "kics", ".kics.yaml": "kics", ".kics.yml": "kics", "kics.yaml": "kics", "kics.yml": "kics",
    "kics.json": "kics", "kics.toml": "kics",
}  # fmt: skip
"""The files that are understood, by name, and whose they are."""


@dataclass(frozen=True, slots=True)
class Migration:
    """`policy` is the text of a policy file; `became` says for each line of the configurations what became of it."""

    policy: str
    became: tuple[Became, ...]

    @property
    def left(self) -> tuple[Became, ...]:
        """What the policy does not have."""
        return tuple(one for one in self.became if not one.parts)


def migrate(files: Mapping[str, str]) -> Migration:
    """The policy of configurations: file name (of KNOWN, in any folder) → text.

    Never raises for what is in the files: one that cannot be read is a line of its own in `became`.
    """
    became = tuple(one for path, text in files.items() for one in _of_file(path, text))
    return Migration(render_policy(tuple(files), became), became)


def _of_file(path: str, text: str) -> Iterator[Became]:
    name = path.replace("\\", "/").rpartition("/")[2]
    tool = KNOWN[name]
    try:
        items = items_of(name, text)
    except Unreadable as error:
        yield Became(f"{name}:{error.line}", "the whole file", left=error.reason)
        return
    for became in _reader(tool)(items):
        yield _sound(became).at(name)


def _sound(became: Became) -> Became:
    """Without the parts whose globs no policy can have."""
    faults = [fault for part in became.parts for glob in globs_of(part) if (fault := glob_fault(glob))]
    if not faults:
        return became
    parts = tuple(part for part in became.parts if not any(map(glob_fault, globs_of(part))))
    return replace(became, parts=parts, left="" if parts else faults[0])


def _reader(tool: str) -> Callable[[Iterable[Item]], Iterator[Became]]:
    from importlib import import_module

    read: Callable[[Iterable[Item]], Iterator[Became]] = import_module(f"{__name__}.{tool}").read
    return read
