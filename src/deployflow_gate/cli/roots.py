"""Which repository is judged, and which of its files are asked about."""

# pathlib would cost the start of the command more than all of this module
# ruff: noqa: PTH100, PTH112, PTH118, PTH120

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from deployflow_gate.cli.call import CallError
from deployflow_gate.record import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`root` is an absolute folder. `asked` are paths below it, files or folders; () for everything."""

    root: str
    asked: tuple[str, ...] = ()

    def focus(self, paths: Iterable[str]) -> frozenset[str] | None:
        """Those of the repository's paths that were asked about; None for all."""
        if not self.asked:
            return None
        asked = frozenset(self.asked)
        folders = tuple(f"{path}/" for path in self.asked)
        return frozenset(path for path in paths if path in asked or path.startswith(folders))

    @property
    def shown(self) -> str:
        """What goes before a path so that it is one from the working folder."""
        relative = os.path.relpath(self.root)
        return "" if relative == os.curdir else relative.replace(os.sep, "/") + "/"

    @property
    def below_clone(self) -> str:
        """What goes before a path so that it is one from the clone's root, as code hosts want them."""
        clone = clone_of(self.root)
        relative = os.path.relpath(self.root, clone) if clone else os.curdir
        return "" if relative == os.curdir else relative.replace(os.sep, "/") + "/"


def place(paths: Sequence[str]) -> Place:
    """The place of the PATH arguments: one folder is the root; files are of the clone around them."""
    if not paths:
        return Place(os.path.abspath(os.curdir))
    for path in paths:
        if not os.path.lexists(path):
            raise CallError(f"There is no `{path}`. Give a folder or a file that exists.")
    if len(paths) == 1 and os.path.isdir(paths[0]):
        return Place(os.path.abspath(paths[0]))
    absolute = [os.path.abspath(path) for path in paths]
    folders = {path if os.path.isdir(path) else os.path.dirname(path) for path in absolute}
    roots = sorted({clone_of(folder) or folder for folder in folders})
    if len(roots) > 1:
        raise CallError(
            f"The paths are of several repositories ({', '.join(f'`{r}`' for r in roots)}). Check each on its own."
        )
    asked = (os.path.relpath(path, roots[0]).replace(os.sep, "/") for path in absolute)
    return Place(roots[0], tuple(sorted(path for path in asked if path != os.curdir)))


def clone_of(folder: str) -> str | None:
    """The nearest folder, upwards, that has a `.git`; None if there is none."""
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
