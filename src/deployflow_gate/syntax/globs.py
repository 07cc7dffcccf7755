"""The globs that a policy writes for paths: `exclude`, `production`, and per-path settings.

They read as in a `.gitignore`, with alternatives and without negation or classes:

- `*` any characters of one name, `?` one of them, `{a,b}` either (nesting is allowed), `\\` takes the next character literally;
- `**` as a whole part: any number of folders (`**/x`, `a/**/x`), or everything inside (`a/**`);
- a glob without a slash matches a name at any depth (`*.Dockerfile`, `examples`); one with a slash starts at the root;
- one that matches a folder matches all that is in it; with a slash at its end it matches only folders, that is what is in them.
"""

from __future__ import annotations

from functools import lru_cache

from deployflow_gate.syntax.wildcard import Gap, Item, Wildcard

MAX_GLOB = 1024
"""Characters: a policy's globs are short, and braces multiply them."""

MAX_ALTERNATIVES = 256
"""Globs that one may stand for: `{a,b}` eight times over."""


def glob_fault(glob: str) -> str | None:
    """What is wrong with a glob, as a full sentence, or None. A faulty glob matches nothing."""
    if not glob.strip("/"):
        return "The glob is empty."
    if len(glob) > MAX_GLOB:
        return f"The glob has more than {MAX_GLOB} characters."
    if glob.endswith("\\") and (len(glob) - len(glob.rstrip("\\"))) % 2:
        return "The glob ends in a lone backslash."
    if any(part in {".", ".."} for part in glob.removeprefix("./").split("/")):
        return "The glob has a `.` or `..` part; globs start at the root of the repository."
    alternatives = _expanded(glob)
    if alternatives is None:
        return "The glob has a `{` or `}` without its counterpart."
    if len(alternatives) > MAX_ALTERNATIVES:
        return f"The glob has more than {MAX_ALTERNATIVES} alternatives."
    return None


def match(glob: str, path: str) -> bool:
    """True if the glob matches the file's path (relative to the root). Never raises."""
    return any(wildcard.matches(path) for wildcard in _compiled(glob))


def first_match(globs: tuple[str, ...], path: str) -> str | None:
    """The first of the globs that matches."""
    return next((glob for glob in globs if match(glob, path)), None)


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> tuple[Wildcard, ...]:
    """A matcher for each alternative."""
    if glob_fault(glob) is not None:
        return ()
    return tuple(Wildcard.of(_items(one)) for one in _expanded(glob) or ())


def _items(glob: str) -> list[Item]:
    glob = glob.removeprefix(".") if glob.startswith("./") else glob
    body = glob.strip("/")
    items: list[Item] = []
    if "/" not in body and not glob.startswith("/"):
        items.append(Gap.FOLDERS)
    parts = [part for part in body.split("/") if part]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            # at the end, what is inside: at least one name
            items.extend((Gap.ONE, Gap.ALL) if last else (Gap.FOLDERS,))
            continue
        items.extend(_part(part))
        if not last:
            items.append("/")
    # a slash at the end asks for a folder: only what is inside of it
    return [*items, "/", Gap.ALL] if glob.endswith("/") else [*items, Gap.BELOW]


def _part(part: str) -> list[Item]:
    items: list[Item] = []
    at = 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            items.append(Gap.SEGMENT)
        elif char == "?":
            items.append(Gap.ONE)
        elif char == "\\" and at < len(part):
            items.append(part[at])
            at += 1
        else:
            items.append(char)
    return items


def _expanded(glob: str) -> list[str] | None:
    """The globs without braces that a glob stands for (one more than MAX_ALTERNATIVES at most); None if braces do not pair."""
    # each level holds its finished alternatives, and the globs that its current alternative has come to
    done: list[list[str]] = []
    current: list[list[str]] = [[""]]
    at = 0
    while at < len(glob):
        char = glob[at]
        piece = glob[at : at + 2] if char == "\\" else char
        at += len(piece)
        if char == "{":
            done.append([])
            current.append([""])
        elif char == "," and done:
            done[-1].extend(current[-1])
            current[-1] = [""]
        elif char == "}":
            if not done:
                return None
            choices = done.pop() + current.pop()
            current[-1] = [head + tail for head in current[-1] for tail in choices]
        else:
            current[-1] = [head + piece for head in current[-1]]
        if sum(map(len, done)) + max(map(len, current)) > MAX_ALTERNATIVES:
            return current[0] + [""] * (MAX_ALTERNATIVES + 1)
    return None if done else current[0]
