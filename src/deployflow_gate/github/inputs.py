"""The inputs of the action, each from text to what it means. What is not understood is a fault, never a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from deployflow_gate.github.posts import Surface
from deployflow_gate.snapshot.paths import normalise

DEFAULT_INSTANCE = "default"
DEFAULT_REVIEW_COMMENTS = 10
MAX_REVIEW_COMMENTS = 100
"""More inline comments than this bury a pull request; what is left out of them is in the other surfaces."""

DEFAULT_API_VERSION = "2022-11-28"
"""Known to github.com and to every GitHub Enterprise Server that is still supported."""

MAX_INSTANCE = 40
"""Characters: it is part of markers, of a check run's name and of a SARIF category."""

NOTHING = "none"
"""`publish: none` turns every surface off; the exit code remains."""

_INSTANCE = rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_INSTANCE - 1}}}"
_URL = r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?"
_TOKEN = r"[!-~]+"  # noqa: S105  what a header can carry

Word = TypeVar("Word", bound=StrEnum)


class EnvironmentFault(Exception):  # noqa: N818 - it says where the fault lies
    """The action was called wrongly. The message is a sentence for people and may quote what a person wrote."""


def given(variables: Mapping[str, str], name: str) -> str | None:
    """The variable without white space around it; None for one that is unset or empty (how the runner passes no value)."""
    return variables.get(name, "").strip() or None


def choice(name: str, value: str | None, words: type[Word], default: Word) -> Word:
    """One of an enumeration's words."""
    if value is None:
        return default
    try:
        return words(value)
    except ValueError as error:
        raise EnvironmentFault(f"The input `{name}` is `{value}`. It takes {', '.join(words)}.") from error


def surfaces(value: str | None) -> frozenset[Surface] | None:
    """The surfaces named in `publish`, apart by commas or white space; None where the event decides."""
    if value is None:
        return None
    names = [name for name in re.split(r"[\s,]+", value) if name]
    if names == [NOTHING]:
        return frozenset()
    return frozenset(_surface(name) for name in names) or None


def _surface(name: str) -> Surface:
    try:
        return Surface(name)
    except ValueError as error:
        raise EnvironmentFault(
            f"The input `publish` names `{name}`. It takes any of {', '.join(Surface)}, or {NOTHING} alone."
        ) from error


def number(name: str, value: str | None, default: int, most: int) -> int:
    """A number from 0 to `most`."""
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > most:
        raise EnvironmentFault(f"The input `{name}` is `{value}`. It takes a number from 0 to {most}.")
    return int(value)


def instance(value: str | None) -> str:
    """The name that tells this gate from others in the repository."""
    if value is None:
        return DEFAULT_INSTANCE
    if not re.fullmatch(_INSTANCE, value):
        raise EnvironmentFault(
            f"The input `instance` is `{value}`. It takes letters, digits, `.`, `_` and `-`, {MAX_INSTANCE} at most."
        )
    return value


def api_version(value: str | None) -> str:
    """A date, as GitHub names the versions of its REST API."""
    if value is None:
        return DEFAULT_API_VERSION
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise EnvironmentFault(f"The input `api-version` is `{value}`. It takes a date such as {DEFAULT_API_VERSION}.")
    return value


def token(value: str | None) -> str | None:
    """The token, never quoted: what a header cannot carry is refused before it gets near one."""
    if value is not None and not re.fullmatch(_TOKEN, value):
        raise EnvironmentFault("The input `token` holds a blank or a character that no token has.")
    return value


def url(name: str, value: str | None, default: str) -> str:
    """The root of a server, without a slash at its end and without credentials."""
    if value is None:
        return default
    if not re.fullmatch(_URL, value):
        raise EnvironmentFault(f"{name} is not the address of a server. The runner sets it.")
    return value.rstrip("/")


def below(name: str, path: str | None) -> str:
    """A path below a root, "" for the root itself."""
    if path is None or path.rstrip("/") in {".", ""}:
        return ""
    try:
        return normalise(path)
    except ValueError as error:
        raise EnvironmentFault(f"The input `{name}` must name a folder or file in the workspace: {error}.") from error


def folder(path: str | None) -> Path | None:
    """A folder that the runner mounts; None where it does not."""
    found = Path(path) if path else None
    return found if found and found.is_dir() else None


def count(value: str | None) -> int:
    """A number that the runner gives; 0 where it gives none."""
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,20}", value) else 0
