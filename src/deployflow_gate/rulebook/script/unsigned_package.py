r"""Packages are installed only if their signature is right.

A package manager checks who signed what it installs, so that neither a mirror nor somebody on the way can put in other software. A
flag that switches this off is there because a key is missing: bring the key instead, by a keyring in the image or `apk --keys-dir`.

apt and apk, whose flags stand anywhere:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y «--allow-unauthenticated» tool
RUN apt-get «--force-yes» install tool
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y tool
RUN apt-get -y install tool
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
RUN apt-get «-o APT::Get::AllowUnauthenticated=true» install -y other
```
```dockerfile c/Dockerfile fails
FROM alpine:3.20
RUN apk add --no-cache \
    «--allow-untrusted» \
    tool.apk
RUN apk add \
    other.apk \
    «--allow-untrusted»
```
```dockerfile c/Dockerfile fixed
FROM alpine:3.20
RUN apk add --no-cache \
    tool.apk
RUN apk add \
    other.apk
```

The families of yum and zypper, and rpm itself:

```dockerfile Dockerfile fails
FROM fedora:41
RUN dnf install -y «--nogpgcheck» tool
RUN rpm -i «--nosignature» --nodigest tool.rpm
RUN zypper «--no-gpg-checks» install -y tool
```
```dockerfile Dockerfile fixed
FROM fedora:41
RUN dnf install -y tool
RUN rpm -i tool.rpm
RUN zypper install -y tool
```

The list of sources says so:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «echo "deb [trusted=yes] https://example.com/debian stable main"» > /etc/apt/sources.list.d/acme.list
RUN «printf '[acme]\nbaseurl=https://example.com\ngpgcheck=0\n'» > /etc/yum.repos.d/acme.repo
RUN dnf config-manager --save «--setopt=acme.gpgcheck=0»
```

Checked, or only spoken of:

```dockerfile Dockerfile passes
FROM fedora:41
RUN dnf install -y --setopt=gpgcheck=1 tool | grep -e --nogpgcheck
RUN echo "--allow-untrusted" && rpm -q --nosignature tool && rpm -V --nodigest tool
RUN printf 'gpgcheck=1\nrepo_gpgcheck=0\n' > /etc/yum.repos.d/acme.repo && sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.conf
RUN echo "deb [signed-by=/usr/share/keyrings/acme.asc] https://example.com/debian stable main" > /etc/apt/sources.list.d/acme.list
RUN apt-get -o APT::Get::AllowUnauthenticated=false install -y tool
RUN gpg --verify tool.sig tool.apk && apk add --allow-untrusted tool.apk
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.script._signatures import FAMILIES, FLAGS, OPTIONS
from deployflow_gate.rulebook.script._tools import WRITERS, Given, given, used, without, written_texts
from deployflow_gate.rulebook.script._verified import verified

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

_TOOLS = frozenset({*FLAGS, *FAMILIES})
_TRUSTED = regex(r"\bdeb(?:-src)?\s+\[[^]\n]{0,300}\btrusted=yes\b")
_UNCHECKED = regex(r"(?<!_)gpgcheck\s*=\s*(\w+)")
_SETTING = regex(r"(?:.*[.\\*])?gpgcheck=(?:0|no|false|off)", re.IGNORECASE)
_ON = frozenset({"true", "1", "yes", "on"})
_INSTALLS = ("-i", "--install", "-U", "--upgrade", "-F", "--freshen", "--reinstall", "--import")


@rule(
    Severity.ERROR,
    aliases=(
        "checkov:CKV2_DOCKER_10", "checkov:CKV2_DOCKER_11", "checkov:CKV2_DOCKER_7", "checkov:CKV2_DOCKER_8",
        "checkov:CKV2_DOCKER_9",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    if command.name in WRITERS:
        if _writes(command):
            yield Problem(command.span, "The package source that is written here needs no signature.")
        return
    tool = used(command, _TOOLS)
    if tool is None:
        return
    family = FAMILIES.get(tool.name or "", tool.name or "")
    if family == "rpm" and not tool.has_flag(*_INSTALLS):
        return
    flags = list(given(tool, *FLAGS[family]))
    if flags and not (family in ("apk", "rpm") and verified(command.script.commands)):
        yield Problem(
            flags[0].span,
            f"`{tool.name} {flags[0].name}` takes packages that nobody signed.",
            fix=_fix(tool, flags),
        )
    for flag in given(tool, "-o", "--option", "--setopt"):
        name, _, value = flag.value.partition("=")
        told = name.lower() in OPTIONS.get(family, ()) and value.strip("\"' ").lower() in _ON
        if told or (flag.name == "--setopt" and _SETTING.fullmatch(flag.value)):
            yield Problem(flag.span, f"`{flag.value}` takes packages that nobody signed.")


def _fix(tool: Command, flags: list[Given]) -> Fix | None:
    """The flags taken away; `--force-yes` answers apt's questions, too, which `-y` then does."""
    fix = without(tool, flags, "Check the signature")
    forced = next((flag for flag in flags if flag.name == "--force-yes"), None)
    if fix is None or forced is None or tool.has_flag("-y", "--yes", "--assume-yes", "-qq"):
        return fix
    others = without(tool, [flag for flag in flags if flag is not forced], fix.title)
    return Fix(fix.title, (edits.replace(forced.word.span, "-y"), *(others.edits if others is not None else ())))


def _writes(command: Command) -> bool:
    """Whether what a command writes, or the replacement of a sed, is a source whose packages need no signature."""
    for text in written_texts(command):
        if "trusted=yes" in text and _TRUSTED.search(text):
            return True
        if "gpgcheck" in text and _UNCHECKED.findall(text)[-1:] in (["0"], ["no"], ["false"]):
            return True
    return False
