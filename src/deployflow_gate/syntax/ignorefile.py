"""`.dockerignore` text to patterns, matched as Docker's own pattern matcher (moby/patternmatcher) does on Linux.

Facts from its documentation, and from watching the docker client on random files: a line that starts with `#` is a comment;
white space around a pattern is trimmed; a pattern is cleaned lexically (`.`, `..`, doubled and trailing slashes) and a
leading slash is dropped; `!` re-includes; `**` stands for any number of folders; a pattern that matches a folder holds for
all below it; the last pattern that matches decides. An invalid pattern stops the build.

Its oddities are kept: `a**b` is `a`, any folders, `b`; `**b` is any path that ends in `b`; a pattern becomes a regular expression,
so a `^` or `\\d` in one with wildcards is not literal; and a folder that is ignored already is not held against further
patterns, so that `a`, `!a/b`, `*` keeps `a/b`. Not kept: named classes such as `[[:alpha:]]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from posixpath import normpath

from deployflow_gate.record import dataclass, field
from deployflow_gate.syntax.wildcard import Class, Gap, Item, Wildcard
from deployflow_gate.text import Fault, Source, Span

MAX_PATTERNS = 2000
"""Every file of a context is held against every pattern; real files have under 300."""

MAX_LINE_BYTES = 64 * 1024
"""Docker's own limit: its line reader refuses longer lines."""

MAX_PATTERN = 4096
"""PATH_MAX: a longer pattern matches no file, other than by stars in a row."""

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Go's `unicode.IsSpace` says is white space."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line. `span` covers it with its `!`; `text` is what Docker matches with: cleaned, without `!` and leading slash."""

    span: Span
    text: str
    negated: bool
    wildcard: Wildcard = field(repr=False, compare=False)

    def matches(self, path: str) -> bool:
        """True if it matches exactly this file or folder; see `covers`."""
        return self.wildcard.matches(path)

    def covers(self, path: str) -> bool:
        """True if it matches this file or folder, or one of the folders above it."""
        parts = path.split("/")
        return any(self.wildcard.matches("/".join(parts[:n])) for n in range(1, len(parts) + 1))


@dataclass(frozen=True, eq=False)
class IgnoreSyntax:
    patterns: tuple[Pattern, ...]
    faults: tuple[Fault, ...]
    comments: tuple[Span, ...]

    def rule_for(self, path: str) -> Pattern | None:
        """The pattern that decides about a file or folder (relative to the context), or None if no pattern has a say."""
        path = path.removeprefix("./").rstrip("/")
        matched = self._matched(path, self._of_folder(path.rpartition("/")[0]))
        return self.patterns[matched.bit_length() - 1] if matched else None

    def ignores(self, path: str) -> bool:
        """True if Docker leaves this file out of the context. A folder that it ignores may hold files that a `!` re-includes."""
        rule = self.rule_for(path)
        return rule is not None and not rule.negated

    def kept(self, paths: Iterable[str]) -> Iterator[str]:
        """The paths that are not ignored, in their order."""
        return (path for path in paths if not self.ignores(path))

    def _matched(self, path: str, above: int) -> int:
        """The patterns, as bits, that match a path, given those that match its folder.

        As Docker does, one that could change nothing is not tried: `!` on what is not ignored, another on what is.
        """
        matched = 0
        ignored = False
        plain, others = self._kinds
        several = above or path in plain
        for index in sorted({*others, *plain.get(path, ()), *_bits(above)}) if several else others:
            pattern = self.patterns[index]
            if above >> index & 1 or (pattern.negated is ignored and pattern.matches(path)):
                matched |= 1 << index
                ignored = not pattern.negated
        return matched

    @cached_property
    def _kinds(self) -> tuple[dict[str, list[int]], tuple[int, ...]]:
        """Where the patterns stand: by path those that are one, so that a path is not held against each of them; and the others."""
        plain: dict[str, list[int]] = {}
        others: list[int] = []
        for index, pattern in enumerate(self.patterns):
            text = pattern.wildcard.plain
            if text is None:
                others.append(index)
            else:
                plain.setdefault(text, []).append(index)
        return plain, tuple(others)

    @cached_property
    def _folders(self) -> dict[str, int]:
        return {"": 0}

    def _of_folder(self, folder: str) -> int:
        """`_matched` of a folder, worked out once."""
        known = self._folders
        missing = []
        while folder not in known:
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        matched = known[folder]
        for below in reversed(missing):
            matched = known[below] = self._matched(below, matched)
        return matched


def _bits(number: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def parse_ignore(source: Source) -> IgnoreSyntax:
    """Parse a `.dockerignore`. Never raises: a line that Docker refuses is a fault, and no pattern."""
    patterns: list[Pattern] = []
    faults: list[Fault] = []
    comments: list[Span] = []
    start = 0
    for line in source.text.split("\n"):
        at, start = start, start + len(line) + 1
        if line.startswith("#"):
            comments.append(Span(source, at, at + len(line.removesuffix("\r"))))
            continue
        written = line.strip(_SPACE)
        if not written:
            continue
        first = at + len(line) - len(line.lstrip(_SPACE))
        span = Span(source, first, first + len(written))
        if len(patterns) >= MAX_PATTERNS:
            faults.append(
                Fault(span, f"The file has more than {MAX_PATTERNS:,} patterns, so the rest of it was not read.")
            )
            break
        parsed = _pattern(span, written)
        if isinstance(parsed, Pattern):
            patterns.append(parsed)
        else:
            faults.append(parsed)
    return IgnoreSyntax(tuple(patterns), tuple(faults), tuple(comments))


def _pattern(span: Span, written: str) -> Pattern | Fault:
    if len(written) > MAX_PATTERN:
        if len(written.encode()) >= MAX_LINE_BYTES:
            return Fault(span, "The line has 64 KiB or more, which Docker refuses.")
        return Fault(span, f"The pattern has more than {MAX_PATTERN} characters, so it was not read.")
    negated = written.startswith("!")
    text = written.removeprefix("!").strip(_SPACE)
    if not text.strip("/"):
        text = text[:1]  # cleaning would make a `.` of nothing
    text = clean(text) if text else text
    if not negated:
        # Docker reads the cleaned pattern once more, so that `/ a` is `a`, and `./!a` is `!a`
        text = normpath(text.strip(_SPACE))
        negated = text.startswith("!")
        text = text.removeprefix("!")
    if negated and text in {"", "/"}:
        return Fault(span, f"The pattern `{written}` re-includes nothing, which Docker refuses.")
    items = _items(text)
    if isinstance(items, str):
        return Fault(span, f"The pattern `{written}` is not valid, so Docker refuses to build: {items}.")
    return Pattern(span, text, negated, Wildcard.of(items))


def clean(pattern: str) -> str:
    """Go's lexical `path.Clean`, then without the leading slash (`/` alone stays)."""
    cleaned = normpath("/" + pattern.lstrip("/") if pattern.startswith("/") else pattern)
    return cleaned[1:] if len(cleaned) > 1 and cleaned.startswith("/") else cleaned


_NOTHING = Class(())
"""Accepts no character: what a regular expression makes of the oddest patterns matches no real path."""

_REGEX_ESCAPES: dict[str, str | Class] = {
    "d": Class((("0", "9"),)), "D": Class((("0", "9"),), negated=True),
    "w": Class((("0", "9"), ("A", "Z"), ("a", "z"), ("_", "_"))),
    "W": Class((("0", "9"), ("A", "Z"), ("a", "z"), ("_", "_")), negated=True),
    "s": Class((("\t", "\n"), ("\f", "\r"), (" ", " "))), "S": Class((("\t", "\n"), ("\f", "\r"), (" ", " ")), negated=True),
    "t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a",
    **dict.fromkeys("AbBzQ0", _NOTHING),
}  # fmt: skip
"""What Go's regular expressions make of a backslash and a letter or digit; they refuse all others."""


def _items(pattern: str) -> list[Item] | str:
    """The pattern's items, or what is wrong with it."""
    if not any(char in pattern for char in "*?[]\\"):
        return [pattern]
    body = pattern.removeprefix("**").removesuffix("**")
    if (
        not body.startswith("/")
        and not any(char in body for char in "*?[]\\")
        and pattern in {"**" + body, body + "**"}
    ):
        # a plain end or start of the path, with nothing special in it
        return [Gap.ALL, body] if pattern.startswith("**") else [body, Gap.ALL]
    items: list[Item] = []
    at = len(pattern) - len(pattern.lstrip("^"))
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**", at):
            at += 3 if pattern.startswith("/", at + 2) else 2
            items.append(Gap.FOLDERS if at < len(pattern) else Gap.ALL)
            continue
        at += 1
        if char == "*":
            items.append(Gap.SEGMENT)
        elif char == "?":
            items.append(Gap.ONE)
        elif char == "^":
            items.append(_NOTHING)
        elif char == "[":
            parsed = _class(pattern, at)
            if isinstance(parsed, str):
                return parsed
            found, at = parsed
            items.append(found)
        elif char == "\\":
            escaped = _escaped(pattern, at)
            if isinstance(escaped, str) and len(escaped) > 1:
                return escaped
            items.append(escaped)
            at += 1
        else:
            items.append(char)
    return items


def _escaped(pattern: str, at: int) -> str | Class:
    """What the character behind a backslash stands for, or (longer than one character) what is wrong."""
    if at == len(pattern):
        # behind a star that is not the first, Docker overlooks it
        return _NOTHING if "*" in pattern.lstrip("*") else "it ends in a lone backslash"
    char = pattern[at]
    if not (char.isascii() and char.isalnum()):
        return char
    return _REGEX_ESCAPES.get(char, f"`\\{char}` means nothing")


def _class(pattern: str, at: int) -> tuple[Class, int] | str:
    """The class whose `[` is before `at`, and the offset behind its `]`; else what is wrong."""
    start = at
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and pattern.startswith("]", at)):
        low = _class_char(pattern, at)
        if low is None:
            return "a `[` is not closed, or its class is empty or starts with `-`"
        at = low[1]
        high = low
        if pattern.startswith("-", at):
            after = _class_char(pattern, at + 1)
            if after is None:
                return "a range in `[ ]` has no end"
            high, at = after, after[1]
        if high[0] < low[0]:
            return f"the range `{low[0]}-{high[0]}` runs backwards"
        ranges.append((low[0], high[0]))
    if _has_regex_escape(pattern[start:at]):
        return _NOTHING, at + 1
    return Class(tuple(ranges), negated), at + 1


def _class_char(pattern: str, at: int) -> tuple[str, int] | None:
    if at >= len(pattern) or pattern[at] in "-]":
        return None
    if pattern[at] != "\\":
        return pattern[at], at + 1
    return (pattern[at + 1], at + 2) if at + 1 < len(pattern) else None


def _has_regex_escape(inside: str) -> bool:
    """True for `[\\d]` and the like, which are more than one character to a regular expression."""
    pairs = inside.split("\\")[1:]
    return any(pair[:1].isascii() and pair[:1].isalnum() for pair in pairs)
