"""git, started with fixed arguments in an environment made from nothing, and never waited for without end."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING

from deployflow_gate.snapshot import SnapshotError

if TYPE_CHECKING:
    import subprocess

ANSWER_SECONDS = 60
"""The longest silence of git: it reads from a local disk, where listing the largest repositories takes a second."""

_CHUNK = 1 << 16


def environment(git_dir: str) -> dict[str, str]:
    """All that git is told: nothing of the caller's GIT_* variables, home or system configuration gets through."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder.startswith("/")]
    return {
        "PATH": os.pathsep.join(folders),  # a relative folder could be the checkout's own
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        # A container's user rarely owns the mounted checkout; only this one clone is trusted in spite of it.
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": git_dir.removesuffix("/.git"),
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": git_dir,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",  # for a git that does not know NO_LAZY_FETCH: no transport has this name
    }


def _start(git_dir: str, arguments: tuple[str, ...], stdin: bool) -> subprocess.Popen[bytes]:
    import subprocess

    command = ("git", f"--git-dir={git_dir}", "--no-pager", "--literal-pathspecs", *arguments)
    try:
        return subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
            command,
            bufsize=0,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(git_dir),
        )
    except OSError as error:
        raise SnapshotError(
            f"git cannot be started: {error.strerror}. Install git, or judge the work tree instead."
        ) from error


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


class GitProcess:
    """A running git that answers line by line (`cat-file --batch`)."""

    def __init__(self, git_dir: str, arguments: tuple[str, ...], *, stdin: bool = True) -> None:
        import select

        self._process = _start(git_dir, arguments, stdin)
        self.stop = weakref.finalize(self, _stop, self._process)
        self._rest = bytearray()
        stdout = self._process.stdout
        if stdout is None:
            raise SnapshotError("git has no output to read. Install git anew.")
        self._output = stdout.fileno()
        self._ready = select.poll()
        self._ready.register(self._output, select.POLLIN | select.POLLHUP)

    def request(self, line: str) -> bytes:
        """Send one line and get the first line of the answer, without its line end."""
        stdin = self._process.stdin
        try:
            if stdin is not None:
                stdin.write(line.encode("ascii") + b"\n")
        except OSError as error:
            raise SnapshotError("git ended before it answered. Check the clone with `git fsck`.") from error
        while b"\n" not in self._rest:
            self._rest += self._more_or_fail()
        answer, _, self._rest = self._rest.partition(b"\n")
        return bytes(answer)

    def take(self, size: int) -> bytes:
        """The next bytes of the answer."""
        while len(self._rest) < size:
            self._rest += self._more_or_fail()
        taken = bytes(self._rest[:size])
        del self._rest[:size]
        return taken

    def all(self, limit: int) -> tuple[int, bytes]:
        """The exit code and everything git writes, cut off (with the process) once it is over `limit`."""
        while len(self._rest) <= limit and (more := self._more()):
            self._rest += more
        if len(self._rest) > limit:
            self.stop()
        return self._process.wait(ANSWER_SECONDS), bytes(self._rest)

    def _more(self) -> bytes:
        if not self._ready.poll(ANSWER_SECONDS * 1000):
            self.stop()
            raise SnapshotError(f"git did not answer for {ANSWER_SECONDS} seconds. Check the clone with `git fsck`.")
        return os.read(self._output, _CHUNK)

    def _more_or_fail(self) -> bytes:
        more = self._more()
        if not more:
            raise SnapshotError("git ended before it answered. Check the clone with `git fsck`.")
        return more


def ask(git_dir: str, arguments: tuple[str, ...], *, limit: int) -> tuple[int, bytes]:
    """Run one git command to its end: exit code and at most about `limit` bytes of its output (more means cut off)."""
    process = GitProcess(git_dir, arguments, stdin=False)
    try:
        return process.all(limit)
    finally:
        process.stop()
