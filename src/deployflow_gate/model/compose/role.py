"""What a compose file is for, by its name and by the files beside it."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from posixpath import basename, dirname
from typing import Literal

from deployflow_gate.regex import regex
from deployflow_gate.syntax.globs import first_match

Role = Literal["production", "development", "unknown"]

_PRODUCTION = frozenset({"prod", "production", "deploy", "swarm", "stack", "server"})
_PRODUCTION_FOLDERS = frozenset({"prod", "production", "deploy", "deployment", "swarm"})
_WORK = frozenset({"dev", "devel", "development", "local", "override", "debug"})
"""Words of a file that somebody works with, beside what production uses; tests and examples stand beside anything."""
_DEVELOPMENT = _WORK | {
    *(
        "test",
        "tests",
        "testing",
        "ci",
        "e2e",
        "integration",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
    ),
    *("devcontainer", "devenv", "playground", "fixtures", "testdata", "bench", "benchmark", "cypress"),
}
_DEVELOPMENT_FOLDERS = _DEVELOPMENT - {"override", "integration"}

_PLAIN = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names that compose looks for, in its order."""
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_COMPOSE_NAME = regex(r"(?i)(.*[._-])?(docker-?)?(compose|stack)([._-].*)?\.ya?ml")


def words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z0-9]+", name.lower()))


def role_of(path: str, paths: Collection[str], production: tuple[str, ...] = ()) -> Role:
    """See the package's docstring. `paths` are all files of the repository, `production` the policy's globs."""
    if first_match(production, path) is not None:
        return "production"
    named = _by_words(words(basename(path)), _DEVELOPMENT, _PRODUCTION)
    if named != "unknown":
        return named
    folder = dirname(path)
    for part in reversed(folder.split("/")):
        if part == ".github":
            return "development"  # what workflows start beside their tests
        placed = _by_words(words(part), _DEVELOPMENT_FOLDERS, _PRODUCTION_FOLDERS)
        if placed != "unknown":
            return placed
    return _by_siblings(path, paths) if is_plain(path) else "unknown"


def _by_words(found: frozenset[str], development: frozenset[str], production: frozenset[str]) -> Role:
    if found & development:
        return "development"
    return "production" if found & production else "unknown"


def _by_siblings(path: str, paths: Collection[str]) -> Role:
    beside = [words(basename(other)) for other in siblings(path, paths)]
    if any(found & _PRODUCTION and not found & _DEVELOPMENT for found in beside):
        return "unknown"
    return "production" if any(found & _WORK for found in beside) else "unknown"


def siblings(path: str, paths: Collection[str]) -> list[str]:
    """The other files of the same folder whose names are those of compose files."""
    return [other for other in _by_folder(frozenset(paths)).get(dirname(path), ()) if other != path]


@lru_cache(maxsize=2)
def _by_folder(paths: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        if path.endswith((".yml", ".yaml")) and _COMPOSE_NAME.fullmatch(basename(path)):
            found.setdefault(dirname(path), []).append(path)
    return found


def plain_beside(path: str, paths: Collection[str]) -> str | None:
    """The file that compose takes by itself in the same folder, unless it is this one."""
    if is_plain(path):
        return None
    folder = dirname(path)
    candidates = (f"{folder}/{name}" if folder else name for name in _PLAIN)
    return next((other for other in candidates if other in paths), None)


def is_plain(path: str) -> bool:
    """True for the names that compose looks for."""
    return basename(path) in _PLAIN


def loaded_by_itself(path: str) -> bool:
    """True for the names of an override that compose lays over the plain file without being told."""
    return basename(path) in _OVERRIDES
