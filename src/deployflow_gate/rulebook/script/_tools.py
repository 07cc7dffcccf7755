"""How rules find a tool's flags: also behind a launcher that nobody knows (`retry 5 curl -k …`), and with the value at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, edits
from deployflow_gate.model.command_wrappers import base_name
from deployflow_gate.record import dataclass, replace
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.syntax.shell import Word

_NO_LAUNCHERS = frozenset({
    "alias", "apropos", "basename", "cat", "chmod", "chown", "chgrp", "cmp", "command", "cp", "dirname", "dpkg",
    "dpkg-query", "echo", "export", "file", "find", "grep", "egrep", "fgrep", "hash", "head", "info", "kill", "killall",
    "ldd", "ln", "local", "ls", "man", "mkdir", "mv", "pgrep", "pidof", "pkill", "printf", "readlink", "realpath", "rm",
    "rmdir", "sed", "set", "stat", "strip", "tail", "tar", "test", "[", "[[", "touch", "type", "unalias", "unset",
    "update-alternatives", "whatis", "whereis", "which",
})  # fmt: skip
"""Commands in whose arguments the name of a tool is only a word."""


def used(command: Command, names: Collection[str]) -> Command | None:
    """The use of one of these tools that a command is, or that it launches; None if it is none."""
    if command.name in names:
        return command
    if command.name is None or command.name in _NO_LAUNCHERS:
        return None
    for index, word in enumerate(command.words):
        if index and word.sketch.rpartition("/")[2] in names and base_name(word) in names:
            if command.install is not None:
                return None
            return replace(command, words=command.words[index:], wrappers=(*command.wrappers, command.name))
    return None


WRITERS = frozenset({"echo", "printf", "sed", "tee", "cat"})
"""Commands by which a script writes settings into a file."""


def written_texts(command: Command) -> list[str]:
    """What such a command may write: its words, and what it is given by a here-document."""
    texts = [word.sketch for word in command.words[1:]]
    return texts + [redirect.body.text for redirect in command.redirects if redirect.body is not None]


@dataclass(frozen=True, slots=True)
class Given:
    """A flag as it is given: its name, the word it stands in, its value (a sketch; "" where it has none), and the place of both."""

    name: str
    word: Word
    value: str
    span: Span


def given(tool: Command, *names: str) -> Iterator[Given]:
    """These flags of a tool, in order: `--tls-max 1.0`, `--tls-max=1.0`, `-k`, and the `k` of `-fsSLk`."""
    words = tool.words
    for argument in tool.parsed:
        word = argument.word
        name = argument.name if argument.name in names else word.sketch
        if not argument.name or name not in names:
            continue
        if argument.value is None:
            if "=" in word.sketch and not word.sketch.startswith("--"):
                continue
            at = argument.behind + 1
            yield Given(name, word, words[at].sketch if at < len(words) and len(name) > 2 else "", word.span)
        else:
            span = word.span if argument.value is word else word.span.until(argument.value.span)
            yield Given(name, word, argument.value.sketch[argument.skip :], span)


def without(tool: Command, flags: Sequence[Given], title: str) -> Fix | None:
    """Take flags without a value away; None where one is not spelled out."""
    found: dict[Span, set[str]] = {}
    for flag in flags:
        found.setdefault(flag.word.span, set()).add(flag.name)
    changes = []
    for span, names in found.items():
        written = span.text
        if tool.script.is_exec or any(character in written for character in "\"'$\\"):
            return None
        if names == {written}:
            gone = removed(span)
            if gone is None:
                return None
            changes.append(gone)
        elif written.startswith("-") and not written.startswith("--") and all(len(name) == 2 for name in names):
            kept = "".join([letter for letter in written[1:] if f"-{letter}" not in names])
            changes.append(edits.replace(span, f"-{kept}"))
        else:
            return None
    return Fix(title, tuple(changes))


def removed(span: Span) -> Edit | None:
    """Take words away, with their line if nothing else stands on it but a continuation; None where a comment above them would
    be left behind one."""
    source = span.source
    start = source.line_starts[span.line - 1]
    end = source.line_starts[span.end_line] if span.end_line < len(source.line_starts) else len(source.text)
    behind = source.text[span.end : end].strip()
    if source.text[start : span.start].strip():
        return edits.delete_word(span)
    if behind in ("\\", "`"):
        return edits.delete_lines(span)
    if behind:
        blanks = len(source.text[span.end : end]) - len(source.text[span.end : end].lstrip(" \t"))
        return edits.delete(Span(source, span.start, span.end + blanks))
    above = source.text[source.line_starts[max(span.line - 2, 0)] : start].rstrip()
    if above.lstrip().startswith("#"):
        return None
    if not above.endswith(("\\", "`")):
        return edits.delete_word(span)
    kept = source.line_starts[span.line - 2] + len(above[:-1].rstrip())  # nothing is continued any more
    return edits.delete(Span(source, kept, span.end))
