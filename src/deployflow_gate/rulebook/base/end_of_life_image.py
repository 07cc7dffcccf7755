r"""A base image is of a release that still gets fixes.

When a language or a distribution has passed its end of life, nobody closes its holes any more, and images are no longer rebuilt. The
table of dates (`product → cycle → day`) is part of the gate; releases that are not in it are not judged.

A language whose release has ended:

```dockerfile Dockerfile fails
FROM «python:3.8.20-slim»
```
```dockerfile b/Dockerfile fails
FROM «node:16-alpine» AS build
FROM «mcr.microsoft.com/dotnet/aspnet:5.0»
```

A distribution, by number, by name, or under a language that is supported:

```dockerfile Dockerfile fails
FROM «ubuntu:18.04»
```
```dockerfile b/Dockerfile fails
FROM «debian:buster-slim»
```
```dockerfile c/Dockerfile fails
FROM «python:3.13-slim-buster»
```
```dockerfile d/Dockerfile fails
FROM «golang:alpine3.14»
```

Only the first number is given, and all of its releases have ended:

```yaml compose.yaml fails
services:
  web:
    image: «php:7-fpm»
```

Supported, or not known:

```dockerfile Dockerfile passes
FROM python:3.13.0-slim-trixie AS build
FROM ubuntu:24.04
```
```dockerfile b/Dockerfile passes
ARG VERSION
FROM python:${VERSION}-slim
FROM python:3 AS newest
FROM golang:1 AS go
FROM registry.example.com/team/python:3.6
FROM ruby:latest
```

The policy bears with one:

```dockerfile Dockerfile passes allowed=ubuntu:18.04
FROM ubuntu:18.04
```

## Options

- `allowed`: releases that may be used, as "product:cycle", when somebody else (extended support) keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.base._end_of_life import ENDS

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.project import Project

CODENAMES = {
    "jessie": ("debian", (8,)), "stretch": ("debian", (9,)), "buster": ("debian", (10,)), "bullseye": ("debian", (11,)),
    "bookworm": ("debian", (12,)), "trixie": ("debian", (13,)), "trusty": ("ubuntu", (14, 4)), "xenial": ("ubuntu", (16, 4)),
    "bionic": ("ubuntu", (18, 4)), "focal": ("ubuntu", (20, 4)), "jammy": ("ubuntu", (22, 4)), "noble": ("ubuntu", (24, 4)),
}  # fmt: skip

TITLES = {
    "python": "Python", "node": "Node.js", "golang": "Go", "ruby": "Ruby", "php": "PHP", "dotnet": ".NET", "debian": "Debian",
    "ubuntu": "Ubuntu", "alpine": "Alpine", "centos": "CentOS", "fedora": "Fedora",
}  # fmt: skip

_DOTNET = regex(r"mcr\.microsoft\.com/dotnet/(?:nightly/)?(?:sdk|aspnet|runtime|runtime-deps)")
_ALPINE = regex(r"alpine(\d+)\.(\d+)(?:\.\d+)?")


@rule(Severity.WARNING, seeds=("003:10",), aliases=("tally:tally/ruby/eol-ruby-version",))
def check(ref: ImageRef, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    project = _project(ref)
    if project is None or "tag" in ref.unknown or ref.tag is None or ref.built_here:
        return
    today = project.settings.today
    for product, cycle in _releases(ref):
        day = ENDS[product].get(cycle)
        number = ".".join(f"{part:02}" if product == "ubuntu" and at else str(part) for at, part in enumerate(cycle))
        if day is not None and date.fromisoformat(day) < today and f"{product}:{number}" not in allowed:
            yield Problem(
                ref.span, f"{TITLES.get(product, product)} `{number}` has been past its end of life since {day}."
            )
            return


def _releases(ref: ImageRef) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The releases that a reference stands for: of the language, then of the distribution."""
    name = ref.known.name if ref.known is not None else ref.name or ""
    product = "dotnet" if _DOTNET.fullmatch(name) else name
    if product in ENDS:
        cycle = _cycle(product, ref.version)
        if cycle is not None:
            yield product, cycle
    elif ref.known is None:
        return
    for suffix in ref.suffixes:
        alpine = _ALPINE.fullmatch(suffix)
        if alpine is not None:
            yield "alpine", (int(alpine[1]), int(alpine[2]))
        elif suffix in CODENAMES:
            yield CODENAMES[suffix]


def _cycle(product: str, version: tuple[int, ...]) -> tuple[int, ...] | None:
    """The cycle of a version. Of one that is cut short, the newest, if a later major one tells that no newer follows."""
    cycles = ENDS[product]
    depth = max(map(len, cycles))
    if len(version) >= depth:
        return version[:depth]
    fitting = [cycle for cycle in cycles if cycle[: len(version)] == version]
    later = any(cycle[: len(version)] > version for cycle in cycles)
    return max(fitting) if version and fitting and later and product != "ubuntu" else None


def _project(ref: ImageRef) -> Project | None:
    """The project of whatever refers to the image."""
    node: object = ref.owner
    for _ in range(_MAX_STEPS):
        found = getattr(node, "project", None)
        if found is not None:
            return found  # type: ignore[no-any-return]
        above = (
            getattr(node, name, None) for name in ("dockerfile", "file", "workflow", "run", "job", "owner", "parent")
        )
        node = next((one for one in above if one is not None), None)
        if node is None:
            return None
    return None


_MAX_STEPS = 6
"""From a mount over its RUN to the Dockerfile are three."""
