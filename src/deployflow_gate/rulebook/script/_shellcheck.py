"""ShellCheck, asked about many scripts at once: where it is, how it is started, what bounds it, what it answers.

It parses scripts and runs none. It gets fixed arguments, an environment made from nothing, no configuration, and no leave to follow
a `source`; the scripts lie in a folder of their own, under names that no script can guess and so name.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from deployflow_gate.lint import CannotRun
from deployflow_gate.record import dataclass

MAX_SCRIPT = 100_000
"""Characters of a script: twenty times those of the longest that people write into a Dockerfile or a workflow."""

MAX_BATCH = 200
"""Scripts that one process is given: its start takes as long as two of them, and what it fails at is found again among so many."""

MAX_BATCH_TEXT = 500_000
"""Characters that one process is given; it is done with them in about two seconds."""

SCRIPT_SECONDS = 5.0
"""For one script, and for the start of a process. An ordinary script takes some milliseconds."""

MORE_SECONDS = 0.05
"""For each further script of a process."""

LOST_SECONDS = 30.0
"""For all that comes to no end. What is then left is not judged, and said to be so."""

MAX_ANSWER = 32 << 20
"""Bytes of an answer: about a hundred thousand comments."""

MAX_MEMORY = 2 << 30
"""Bytes of data, where the system can be told (Linux). Ordinary scripts take less than a tenth of that."""

SIGKILL = 9
_CHUNK = 1 << 16
_NAME = "shellcheck"
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  the last one is there where the root is read-only


@dataclass(frozen=True, slots=True)
class Place:
    """Lines and columns from 1, the end behind the last character, as ShellCheck counts: a tab is one column."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """`text` in the place of what is there. Where nothing is, `opens` says that it belongs to what comes behind."""

    place: Place
    text: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Comment:
    """`code` is `SC2086`, `level` one of error, warning, info, style."""

    place: Place
    level: str
    code: str
    message: str
    replacements: tuple[Replacement, ...]


Answer = tuple[Comment, ...] | None
"""None where ShellCheck came to no end."""


def program(root: str | None) -> str:
    """The path of ShellCheck: beside this Python, where its package puts it, or on the PATH, but not in the folder `root`.
    Raises CannotRun if it is not there."""
    import sys

    beside = os.path.join(os.path.dirname(sys.executable), _NAME)  # noqa: PTH118, PTH120
    if _runnable(beside):
        return beside
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, _NAME)  # noqa: PTH118
        # what the checked repository holds is not to be run
        if os.path.isabs(folder) and _runnable(path) and not _within(path, root):  # noqa: PTH117
            return path
    raise CannotRun(
        "`shell-script-defect` could not run, because ShellCheck is not installed: `pip install deployflow-gate[shellcheck]`, "
        "or turn the rule off."
    )


def _runnable(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)  # noqa: PTH113


def _within(path: str, root: str | None) -> bool:
    if root is None:
        return False
    folder = os.path.realpath(root)
    return os.path.realpath(path).startswith(folder.rstrip(os.sep) + os.sep)


def ask(shellcheck: str, texts: Sequence[str]) -> list[Answer]:
    """What ShellCheck says of each text, whose first line names the shell. Raises CannotRun if it does not work at all."""
    answers: dict[str, Answer] = {text: None for text in texts if len(text) > MAX_SCRIPT}
    rest = deque(_batches([text for text in dict.fromkeys(texts) if text not in answers]))
    lost = 0.0
    while rest:
        batch = rest.popleft()
        started = monotonic()
        found = _process(shellcheck, batch, SCRIPT_SECONDS + MORE_SECONDS * len(batch)) if lost < LOST_SECONDS else None
        if found is None:
            lost += monotonic() - started
            if len(batch) > 1:  # what it cannot cope with must not hide the others
                rest.extendleft([text] for text in reversed(batch))
                continue
        answers.update(zip(batch, found or [None], strict=True))
    if lost and _process(shellcheck, ["#!/bin/sh\n:\n"], SCRIPT_SECONDS) is None:
        raise CannotRun(f"`shell-script-defect` could not run, because ShellCheck (`{shellcheck}`) does not work.")
    return [answers[text] for text in texts]


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == MAX_BATCH or size + len(text) > MAX_BATCH_TEXT):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _process(shellcheck: str, texts: Sequence[str], seconds: float) -> list[Answer] | None:
    """One process for several texts; None if it fails, takes too long, or has too much to say."""
    folder = os.path.join(_folder(), f"deployflow-gate-{os.urandom(16).hex()}")  # noqa: PTH118
    paths: list[str] = []
    try:
        os.mkdir(folder, 0o700)  # noqa: PTH102
        for text in texts:
            paths.append(os.path.join(folder, os.urandom(16).hex()))  # noqa: PTH118
            with open(paths[-1], "wb") as file:  # noqa: PTH123
                file.write(text.encode("utf-8", "replace"))
        answer = _answer(shellcheck, paths, seconds)
    except OSError as error:
        raise CannotRun(
            f"`shell-script-defect` could not run, because ShellCheck (`{shellcheck}`) cannot be used: {error.strerror}."
        ) from error
    finally:
        with suppress(OSError):
            for path in paths:
                os.unlink(path)  # noqa: PTH108
            os.rmdir(folder)  # noqa: PTH106
    return _read(answer, paths) if answer is not None else None


def _folder() -> str:
    """A folder to write to: not the current one, which the standard library takes at last and which may be the checkout."""
    for folder in (*(os.environ.get(name, "") for name in _TEMPORARY), *_FOLDERS):
        if os.path.isabs(folder) and os.path.isdir(folder) and os.access(folder, os.W_OK):  # noqa: PTH112, PTH117
            return folder
    raise CannotRun("`shell-script-defect` could not run, because there is no folder for temporary files.")


def _answer(shellcheck: str, paths: Sequence[str], seconds: float) -> bytes | None:
    """What it writes. (`subprocess` is more than a start of the gate should import.) Raises OSError if it cannot be started."""
    arguments = (shellcheck, "--norc", "--format=json1", "--wiki-link-count=0", "--severity=style", "--", *paths)
    output, into = os.pipe()  # what the process does not get is closed in it
    try:
        null = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        mute = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        actions = (null, mute, (os.POSIX_SPAWN_DUP2, into, 1))
        try:
            pid = os.posix_spawn(shellcheck, arguments, {}, file_actions=actions)
        finally:
            os.close(into)
        _bound(pid)
        answer: bytes | None = None
        try:
            answer = _output(output, monotonic() + seconds)
        finally:
            if answer is None:
                os.kill(pid, SIGKILL)
            _, status = os.waitpid(pid, 0)
        return answer if os.waitstatus_to_exitcode(status) in (0, 1) else None
    finally:
        os.close(output)


def _output(descriptor: int, deadline: float) -> bytes | None:
    """All there is to read until the other side is closed; None if that is late, or too much."""
    from select import POLLHUP, POLLIN, poll

    ready = poll()
    ready.register(descriptor, POLLIN | POLLHUP)
    answer = bytearray()
    while len(answer) <= MAX_ANSWER:
        if not ready.poll(max(0.0, deadline - monotonic()) * 1000):
            return None
        more = os.read(descriptor, _CHUNK)
        if not more:
            return bytes(answer)
        answer += more
    return None


def _bound(pid: int) -> None:
    """Keep a process from taking all memory. Not on systems that cannot be told; there the time is its bound."""
    try:
        import resource

        resource.prlimit(pid, resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))
    except (ImportError, AttributeError, OSError, ValueError):
        pass  # it is over already, or the system has no such limits


def _read(answer: bytes, paths: list[str]) -> list[Answer] | None:
    import json

    found: dict[str, list[Comment]] = {path: [] for path in paths}
    try:
        for comment in json.loads(answer)["comments"]:
            found[comment["file"]].append(_comment(comment))
    except (ValueError, KeyError, TypeError):
        return None
    return [tuple(comments) for comments in found.values()]


def _comment(given: dict[str, Any]) -> Comment:
    replacements = tuple(
        Replacement(_place(one), one["replacement"], one["insertionPoint"] == "afterEnd")
        for one in (given["fix"] or {"replacements": ()})["replacements"]
    )
    return Comment(_place(given), given["level"], f"SC{given['code']}", given["message"], replacements)


def _place(given: dict[str, Any]) -> Place:
    return Place(given["line"], given["column"], given["endLine"], given["endColumn"])
