"""How each package manager spells a package: name, version, and what is a path, a URL or a repository instead."""

from __future__ import annotations

import re
from typing import Literal

from deployflow_gate.record import dataclass, replace
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

Kind = Literal["index", "url", "vcs", "path", "group"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """`name` and `version` are sketches (name "" where there is none); `specifier` is the version part with its operator.
    `exact` is True when it allows one version only."""

    name: str
    specifier: str = ""
    version: str = ""
    exact: bool = False
    kind: Kind = "index"


_URL = regex(r"(?:https?|ftp|file|s3)://")
_VCS = regex(r"(?:(?:git|hg|svn|bzr)\+|git://|ssh://|git@|github:|gitlab:|bitbucket:|gist:)")
_COMMIT = regex(r"[0-9a-f]{7,40}")
_PIP = regex(
    r"([A-Za-z0-9\x00][A-Za-z0-9._\x00-]*)\s*(?:\[[^\]]*\])?\s*(?:;.*|@\s*(\S+).*|((?:[<>=!~]=?=?|===)\s*[^;]*)(?:;.*)?)?"
)
_PIP_URL = regex(r"[\w.\x00-]+\s*(?:\[[^\]]*\])?\s*@\s")
_ARCHIVE = regex(
    r".*\.(?:whl|tar(?:\.(?:gz|bz2|xz))?|tgz|zip|deb|rpm|apk|gem|egg|nupkg|rock|rockspec|phar)\Z", re.IGNORECASE
)
_RPM = regex(r"(.+?)-((?:\d+:)?\d+(?:\.[\w~^+]+)+(?:-\d[\w.~^+]*)?)\Z")
_RPM_GLOB = regex(r"(.+?)-((?:\d+:)?\d[\w.~^+-]*\*)")
_NPM_EXACT = regex(r"v?=?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?\Z")
_APK = regex(r"([^=<>~@]+)([=<>~]+)?(.*)")


def _elsewhere(text: str) -> Parsed | None:
    """A URL, a repository or a path; None for a name."""
    if _VCS.match(text):
        # before the first slash stand a user and a host
        path, _, fragment = (text.partition("://")[2] or text).partition("/")[2].partition("#")
        ref = path.rpartition("@")[2] if "@" in path else "" if "+" in text[:4] else fragment
        return Parsed("", ref, ref, bool(_COMMIT.fullmatch(ref)), "vcs")
    if _URL.match(text):
        return Parsed("", kind="url")
    if text in (".", "..") or text.startswith(("./", "../", "/", "~/", ".[", "file:")) or _ARCHIVE.match(text):
        return Parsed("", kind="path")
    return None


def _split(text: str, separator: str) -> Parsed:
    name, mark, version = text.partition(separator)
    return Parsed(name, mark + version, version, bool(version) and "*" not in version)


def equals(text: str) -> Parsed:
    return _elsewhere(text) or _split(text, "=")


def apt(text: str) -> Parsed:
    """`name[:arch][=version|/release]`; a `-` or `+` at the end says remove or install."""
    if found := _elsewhere(text):
        return found
    if "=" not in text and "/" in text:
        name, _, release = text.partition("/")
        return Parsed(name.partition(":")[0], "/" + release)
    found = _split(text, "=")
    return replace(found, name=found.name.partition(":")[0])


def apk(text: str) -> Parsed:
    """`name=1.2-r0`, `name~1.2`, `name>1`, `name@repository`; a `.name` is a virtual package."""
    if found := _elsewhere(text):
        return found
    match = _APK.match(text)
    if match is None:
        return Parsed(text)
    name, operator, version = match[1], match[2] or "", match[3].partition("@")[0]
    if not operator:
        return Parsed(name)
    return Parsed(name, operator + version, version, operator in ("=", "=="))


def rpm(text: str) -> Parsed:
    """`name`, `name-1.2.3-4.el9`, `@group`; zypper also takes `name=1.2`."""
    if found := _elsewhere(text):
        return found
    if text.startswith(("@", "pattern:")):
        return Parsed(text, kind="group")
    if match := re.match(r"([^=<>]+)([<>=]+)(.+)", text):
        return Parsed(match[1], match[2] + match[3], match[3], match[2] in ("=", "=="))
    if match := _RPM.fullmatch(text.removesuffix(".*")) or _RPM_GLOB.fullmatch(text):
        return Parsed(match[1], "-" + match[2], match[2], not text.endswith("*"))
    if UNKNOWN in text and (match := re.match(f"([^{UNKNOWN}]+)-{UNKNOWN}", text)):
        return Parsed(match[1], "-" + UNKNOWN, UNKNOWN, True)
    return Parsed(text)


def pip(text: str) -> Parsed:
    """PEP 508: `name[extra]==1.2; marker`, `name @ url`, a path, an archive, `git+https://…`."""
    found = None if _PIP_URL.match(text) else _elsewhere(text.partition(";")[0].strip())
    if found:
        return found
    match = _PIP.fullmatch(text.strip())
    if match is None:
        return Parsed("", kind="path") if "/" in text else Parsed(text)
    if match[2]:
        if "/" not in match[2] and ":" not in match[2]:
            return Parsed(match[1], "@" + match[2], match[2], True)
        target = _elsewhere(match[2]) or Parsed("", kind="url")
        return replace(target, name=match[1])
    specifier = (match[3] or "").strip()
    exact = re.fullmatch(r"={2,3}\s*([^,*\s]+)", specifier)
    return Parsed(match[1], specifier, exact[1] if exact else "", exact is not None)


def poetry(text: str) -> Parsed:
    """As pip, and `name@^1.2`."""
    if _elsewhere(text) is None and re.match(r"[\w.-]+(?:\[.*\])?@[\^~\d*l]", text):
        return at(re.sub(r"\[.*?\]", "", text))
    return pip(text)


def conda(text: str) -> Parsed:
    """`channel::name=1.2=build`, `name>=1.2`."""
    if found := _elsewhere(text):
        return found
    match = re.fullmatch(r"(?:[^:]+::)?([\w.\x00-]+)\s*(?:\[.*\])?([=<>!~ ].*)?", text, re.DOTALL)
    if match is None:
        return Parsed(text)
    specifier = (match[2] or "").strip()
    exact = re.fullmatch(r"={1,2}([^=,*<>!]+)(?:=.*)?", specifier)
    return Parsed(match[1], specifier, exact[1] if exact else "", exact is not None)


def npm(text: str) -> Parsed:
    """`name@1.2.3`, `@scope/name@^1`, `alias@npm:name@1`, a path, a tarball, `user/repository`."""
    alias = re.match(r"(@?[^@]+)@npm:(.+)", text)
    if alias:
        return npm(alias[2])
    scoped = text.startswith("@")
    name, mark, version = text[scoped:].partition("@")
    if not scoped or "://" in version:
        if found := _elsewhere(version) if mark and version else None:
            return replace(_npm_ref(found, text), name=name)
        if found := _elsewhere(text):
            return _npm_ref(found, text)
        if "/" in name:
            return _npm_ref(Parsed("", kind="vcs"), text)
    return Parsed("@" * scoped + name, mark + version, version, bool(_NPM_EXACT.match(version)) or version == UNKNOWN)


def _npm_ref(found: Parsed, text: str) -> Parsed:
    """npm's repositories name what they mean behind a `#`."""
    if found.kind != "vcs":
        return found
    ref = text.partition("#")[2]
    return replace(found, specifier=ref, version=ref, exact=bool(_COMMIT.fullmatch(ref)))


def at(text: str) -> Parsed:
    return _elsewhere(text) or _split(text, "@")


def gem(text: str) -> Parsed:
    return _elsewhere(text) or _split(text, ":")


def composer(text: str) -> Parsed:
    """`vendor/name:^1.2` or `vendor/name=1.2`."""
    match = re.match(r"([^:=@]+)[:=@](.+)", text)
    if match is None:
        return Parsed(text)
    return Parsed(match[1], ":" + match[2], match[2], bool(re.fullmatch(r"v?[\d\x00][\w.\x00-]*", match[2])))


def pecl(text: str) -> Parsed:
    """`name-1.2.3`; `name-beta` asks for a stability."""
    if found := _elsewhere(text):
        return found
    name, mark, version = text.rpartition("-")
    if mark and (version[:1].isdigit() or version.startswith(UNKNOWN)):
        return Parsed(name, mark + version, version, True)
    return Parsed(text)


def go(text: str) -> Parsed:
    """`module/path@version`; `./…` and `main.go` are paths."""
    if text.startswith((".", "/")) or text.endswith(".go"):
        return Parsed("", kind="path")
    name, mark, version = text.partition("@")
    return Parsed(name, mark + version, version, bool(re.match(r"v\d+\.\d+\.\d+|[0-9a-f]{7,40}\Z|\x00", version)))


def local(text: str) -> Parsed:
    return _elsewhere(text) or Parsed("", kind="path")


def local_or_name(text: str) -> Parsed:
    return _elsewhere(text) or Parsed(text)
