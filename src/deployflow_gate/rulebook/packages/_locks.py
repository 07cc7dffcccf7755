"""Lock files: which manager reads which, and where it looks for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from posixpath import join
from typing import TYPE_CHECKING

from deployflow_gate.model.placement import folder_of, joined, placed
from deployflow_gate.model.shipping import context_of

if TYPE_CHECKING:
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

LOCKS = {
    "npm": ("package.json", ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock")),
    "yarn": ("package.json", ("yarn.lock",)),
    "pnpm": ("package.json", ("pnpm-lock.yaml",)),
    "bun": ("package.json", ("bun.lock", "bun.lockb", "package-lock.json", "yarn.lock", "pnpm-lock.yaml")),
    "poetry": ("pyproject.toml", ("poetry.lock",)),
    "uv": ("pyproject.toml", ("uv.lock",)),
    "pdm": ("pyproject.toml", ("pdm.lock",)),
    "pipenv": ("Pipfile", ("Pipfile.lock",)),
    "bundle": ("Gemfile", ("Gemfile.lock", "gems.locked")),
    "composer": ("composer.json", ("composer.lock",)),
    "go": ("go.mod", ("go.sum",)),
}
"""For each manager its manifest, and the lock files that it reads; npm and bun read some of others."""

_ELSEWHERE = ("--prefix", "-C", "--cwd", "--dir", "--directory", "--project", "-P", "--working-dir")


def place_of(install: Install, run: Run) -> str | None:
    """The folder of the project that is installed; None where that is not known."""
    folder = folder_of(install.command, run)
    moved = install.command.option(*_ELSEWHERE)
    if folder is None or (moved is not None and moved.value is None):
        return None
    return joined(folder, moved.value or "") if moved is not None else folder


def texts_beside(install: Install, run: Run, names: Collection[str]) -> Mapping[str, str]:
    """The texts of those files of the context that stand in that folder, by name; "" for one that cannot be read."""
    context, place = context_of(run.stage) if run.stage is not None else None, place_of(install, run)
    if context is None or place is None:
        return {}
    there = placed(run, context, names)
    found = {name: there[join(place, name)] for name in names if join(place, name) in there}
    sources = {name: context.project.read_text(context.inside(file.path)) for name, file in found.items()}
    return {name: source.text if source is not None else "" for name, source in sources.items()}
