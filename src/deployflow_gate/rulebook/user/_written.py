"""What the user of an image writes while it runs, as far as that is seen: volumes, databases, folders of state, frameworks' own."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.model.framework import manifests, ruby_gems
from deployflow_gate.model.instruction import Run, User, Volume, Workdir
from deployflow_gate.model.placement import before, folder_of, joined, working_directory
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Transfer

STATE = ("uploads", "storage", "logs", "log", "cache", ".cache", "tmp", "sessions")
"""Names of folders that are written to."""
DATABASES = (".db", ".sqlite", ".sqlite3")
"""Endings of files that are written to."""
FRAMEWORKS = {
    "rails": ("tmp", "log", "storage"),
    "laravel": ("storage", "bootstrap/cache"),
    "next": (".next/cache",),
}
"""What a framework writes below its own folder while it runs."""

_CHANGERS = frozenset({"chmod", "touch", "tee", "truncate"})
"""What only the owner of a file may do, or who may write it."""

_THERE = ("/home", "/root", "/usr", "/opt", "/srv", "/var", "/tmp", "/etc", "/mnt")  # noqa: S108 - not used as such
"""Folders that images have, or may."""


def written_folders(image: Image) -> list[tuple[str, str]]:
    """The folders that are written to, and what says so."""
    return [*_volumes(image), *_framework_folders(image)]


def places_of(transfer: Transfer, target: str) -> list[tuple[str, str]]:
    """(where it stands in the image, what stood where it was taken from) of each source, as far as these are known."""
    place = joined(working_directory(transfer), target)
    sources = [source.value.rstrip("/") for source in transfer.sources if source.value is not None]
    found = []
    for source in sources:
        file = "." in basename(source).lstrip(".")
        into = target.endswith(("/", ".")) or len(sources) > 1
        found.append((joined(place, basename(source)) if file and into else place, source))
    return found or [(place, "")]


def evidence(
    transfer: Transfer,
    places: list[tuple[str, str]],
    written: list[tuple[str, str]],
    state: tuple[str, ...],
    databases: tuple[str, ...],
) -> str | None:
    for place, source in places:
        for folder, what in written:
            whole = source in {"", ".", "*"} or "." not in basename(source).lstrip(".")
            if (place + "/").startswith(folder + "/") or (whole and _brings(transfer, place, source, folder)):
                return what
        if place.endswith(databases):
            return f"the database `{basename(place)}` is written to"
        if source and basename(place) in state and place.count("/") > 1 and UNKNOWN not in basename(place):
            return f"the folder `{basename(place)}` is written to"
    return None


def _brings(transfer: Transfer, place: str, source: str, folder: str) -> bool:
    """Whether a copied folder holds one that is written to."""
    if not folder.startswith(place.rstrip("/") + "/"):
        return False
    first = folder[len(place.rstrip("/")) + 1 :].partition("/")[0]
    whole = transfer.whole_context or basename(source) == basename(place) or source.endswith(".next/standalone")
    return whole or basename(source) == first


def _volumes(image: Image) -> Iterator[tuple[str, str]]:
    for volume in image.history:
        if isinstance(volume, Volume):
            for path in volume.paths:
                if path.value:
                    yield joined(working_directory(volume), path.value), f"`{path.value}` is a volume"


def _framework_folders(image: Image) -> Iterator[tuple[str, str]]:
    workdir = image.stage.workdir
    names = set(image.frameworks)
    if "rails" in ruby_gems(image):
        names.add("rails")
    if any(basename(path) == "composer.json" and '"laravel/framework"' in text for path, text in manifests(image)):
        names.add("laravel")
    for name, folders in FRAMEWORKS.items() if workdir is not None else ():
        for folder in folders if name in names else ():
            yield joined(workdir or "/", folder), f"{name.capitalize()} writes to its `{folder}`"


def changed_by(transfer: Transfer, user: User, places: list[tuple[str, str]]) -> str | None:
    """What a later command of the same user does with it that only its owner may."""
    stage = transfer.stage
    for later in stage.instructions if stage is not None else ():
        if later.index <= transfer.index:
            continue
        if isinstance(later, User) and later.user.value != user.user.value:
            return None
        if not isinstance(later, Run) or later.script is None:
            continue
        for command in later.script.commands:
            if command.wrappers or not command.unconditional:
                continue
            folder = folder_of(command, later)
            install = command.install
            installs = install is not None and install.takes_project and install.action == "install"
            if installs and any(folder == place and _makes(transfer, place) for place, _ in places):
                return f"`{command.name}` of `{user.user.value}` installs into it"
            if command.name not in _CHANGERS:
                continue
            for word in command.operands[command.name == "chmod" :]:
                named = joined(folder, word.value) if folder is not None and word.value is not None else None
                if named is not None and any(named == place for place, _ in places):
                    return f"`{command.name}` of `{user.user.value}` changes it"
    return None


def _makes(transfer: Transfer, place: str) -> bool:
    """Whether a folder is not there before it is copied to, so that it is root's, too."""
    stage = transfer.stage
    known = stage is not None and stage.base is not None and stage.base.known is not None
    if not known or not place.startswith("/") or place == "/" or place.startswith(_THERE):
        return False
    for earlier in before(transfer):
        if isinstance(earlier, Workdir) and (joined(working_directory(earlier), earlier.path.sketch) + "/").startswith(
            place
        ):
            return False
        if isinstance(earlier, Run) and place in earlier.argument_text.text:
            return False
    return True
