"""The table of practices: what the owner's documents ask for, re-told in examples of our own. `NNN.yml` is one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Example:
    """A small repository, and the rules it is about: those that fail in it, or that are silent. `levels` are what its
    policy says beyond the default, for rules that are off by themselves."""

    files: Mapping[str, str]
    rules: tuple[str, ...]
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Practice:
    """One practice; `name` is the document and the number (`000:2`), as in the rules' `seeds`."""

    name: str
    says: str
    rules: tuple[str, ...]
    fails: tuple[Example, ...]
    passes: tuple[Example, ...]


@cache
def practices() -> tuple[Practice, ...]:
    """All of them, in the order of the documents. Raises KeyError where a key is missing, ValueError for one too many."""
    return tuple(
        _practice(f"{file.stem}:{number}", said)
        for file in sorted(FOLDER.glob("*.yml"))
        for number, said in yaml.safe_load(file.read_text(encoding="utf-8")).items()
    )


def _practice(name: str, said: Mapping[str, list[Mapping[str, Mapping[str, str]]]]) -> Practice:
    unknown = said.keys() - {"says", "rules", "fails", "passes"}
    if unknown:
        raise ValueError(f"{name}: {unknown}")
    return Practice(
        name=name,
        says=str(said["says"]),
        rules=tuple(map(str, said["rules"])),
        fails=tuple(Example(e["files"], tuple(e["finds"]), e.get("policy", {})) for e in said["fails"]),
        passes=tuple(Example(e["files"], tuple(e["silent"]), {}) for e in said["passes"]),
    )
