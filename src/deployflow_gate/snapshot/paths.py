"""What all snapshots agree on: how a path is spelled, how large a file may be, how a symlink is followed."""

from __future__ import annotations

from collections.abc import Callable

from deployflow_gate.snapshot import Unreadable

MAX_FILE_BYTES = 1024 * 1024
"""1 MiB: the largest hand-written Dockerfile or workflow we met has under 100 KiB; parsers are not fed more."""

MAX_PATHS = 200_000
"""The largest public repositories have about 100,000 files; a commit can be crafted to list billions of them."""

MAX_LINKS = 40
"""Linux's own limit of symlinks in one look-up."""

TOO_LARGE = f"The file is larger than {MAX_FILE_BYTES // 1024} KiB, so it was not read."


def normalise(path: str) -> str:
    """The path without `.` parts and doubled slashes. Raises ValueError for one that is absolute, leaves the root or has NUL.

    Every other character is kept: a line end or a control character is a legal part of a file's name.
    """
    if "\x00" in path:
        raise ValueError(f"the path {path!r} has a NUL character")
    if path.startswith("/"):
        raise ValueError(f"the path {path!r} is absolute")
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise ValueError(f"the path {path!r} has a `..` part")
    if not parts:
        raise ValueError(f"the path {path!r} names no file")
    return "/".join(parts)


def is_git_folder(part: str) -> bool:
    """True for `.git` in any case (some file systems fold it): it holds credentials and is never read."""
    return part.lower() == ".git"


def shown(raw: bytes) -> str:
    """A file name for people: bytes that are not UTF-8 become `\\xNN`, so that every report can print it."""
    return raw.decode("utf-8", "backslashreplace")


def target_parts(path: str, target: str) -> list[str]:
    """The parts of a symlink's target. Raises Unreadable for an absolute one, wherever it leads on this machine."""
    if target.startswith("/") or not target:
        raise Unreadable(path, "The file is a symlink to an absolute path, which is not followed.")
    return target.split("/")


def leaves_root(path: str) -> Unreadable:
    return Unreadable(path, "The file is a symlink that leads out of the repository, which is not followed.")


def into_git(path: str) -> Unreadable:
    return Unreadable(path, "The file is a symlink into the `.git` folder, which is not followed.")


def too_many_links(path: str) -> Unreadable:
    return Unreadable(path, "The file is a symlink in a loop, or in a chain that is too long.")


def follow(path: str, link: Callable[[str], str | None]) -> str:
    """Where a listed path leads, all symlinks followed, for snapshots that are not a file system.

    `link(path)` gives the target of the symlink at exactly this path, or None if there is none. The result may be a path
    that does not exist. Raises Unreadable for a link that leaves the root, is absolute, leads into `.git`, or loops.
    """
    todo = path.split("/")[::-1]
    done: list[str] = []
    links = 0
    while todo:
        part = todo.pop()
        if part in {"", "."}:
            continue
        if part == "..":
            if not done:
                raise leaves_root(path)
            done.pop()
            continue
        if is_git_folder(part):
            raise into_git(path)
        done.append(part)
        target = link("/".join(done))
        if target is None:
            continue
        links += 1
        if links > MAX_LINKS:
            raise too_many_links(path)
        done.pop()
        todo.extend(target_parts(path, target)[::-1])
    if not done:
        raise Unreadable(path, "The file is a symlink to a folder.")
    return "/".join(done)
