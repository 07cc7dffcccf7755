r"""The shell scripts of a build and of a workflow are free of what ShellCheck warns of.

A variable that is never set, a `cd` that fails unnoticed, a test that is always true: [ShellCheck](https://www.shellcheck.net)
knows hundreds of such defects, each under a code (`SC2164`) with a page of its own. It is asked about every script in a shell that it knows (sh,
dash, busybox, bash, ksh): RUN, CMD, ENTRYPOINT and HEALTHCHECK, their `sh -c` in exec form, heredocs, commands of compose services, and `run:` of
steps. It is told which shell that is, by `SHELL`, by `shell:` and by what `/bin/sh` is in the base image, and which variables are set.

ShellCheck is a program of its own (`pip install deployflow-gate[shellcheck]`; the action's image has it). Where it is not installed, the
report says that this rule could not run. It parses the scripts and runs nothing. A script that it cannot cope with is reported.

`# shellcheck disable=SC2164` in a script silences a code there, as do `# hadolint ignore=SC2164` and `# gate: ignore[SC2164]`
above the instruction.

A folder that may not be there:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «cd /srv/app»; rm -rf cache
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN cd /srv/app || exit; rm -rf cache
```

A variable that nothing sets, on a continued line:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ARG version=1.2
RUN curl -fsSLO "https://example.com/$version.tgz" && \
    # unpacked where it is
    tar -xf "«$versoin».tgz"
```

What is only in bash, where `/bin/sh` is not bash:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «source ./settings» && make
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
SHELL ["/bin/bash", "-c"]
RUN source ./settings && make
FROM fedora:41
RUN source ./settings && make
FROM alpine:3.20
RUN source ./settings && make
FROM example.com/base:1
RUN source ./settings && make
```

In a heredoc, with the shell that its first line names, in an exec form, and in what runs later:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN <<EOF
#!/bin/bash
files=(*.log)
if [ «$files» = "" ]; then exit 1; fi
EOF
CMD ["sh", "-c", "exec ./app «$@»"]
HEALTHCHECK CMD test -n «$(pidof» app | wc -l
ONBUILD RUN cp «$*» /srv
```

In a step, and in a service's command:

```yaml .github/workflows/ci.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - name: Build
        run: |
          export VERSION="${{ github.sha }}"
          export «WHEN»=$(date +%s)
          make
      - run: make test «$@»
```
```yaml compose.yaml fails
services:
  app:
    image: debian:12.8-slim
    command: ["sh", "-c", "«cd /srv»; exec ./app"]
```

Scripts in order, variables that Docker or GitHub set, other languages, and what the author silences:

```dockerfile Dockerfile passes
FROM node:22.11-slim
ARG version
ENV home=/srv
RUN make && cd dist
RUN cd "$home" && npm install "app@$version" && echo "$http_proxy" $home
RUN <<EOF
# shellcheck disable=SC2164
cd /srv
make
EOF
SHELL ["powershell", "-Command"]
RUN if ($x) { Write-Host $y }
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          cd app
          echo "$version" '${{ github.ref }}' ${{ github.sha }}
      - run: print("a" "b")
        shell: python
```

With the level of what is only good manners:

```dockerfile Dockerfile fails threshold=info
FROM debian:12.8-slim
ARG package
RUN apt-get install -y «$package»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ARG package
RUN apt-get install -y "$package"
```
```yaml .github/workflows/ci.yml fails threshold=info
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: $TOOL test «$TARGET»
      - run: "make «$TARGET» ${{ github.ref }}"
      - shell: sh
        run: |
          make «$TARGET» install
```
```yaml .github/workflows/ci.yml fixed
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: $TOOL test "$TARGET"
      - run: "make $TARGET ${{ github.ref }}"
      - shell: sh
        run: |
          make "$TARGET" install
```

## Options

- `threshold`: the least of ShellCheck's levels that is reported. A few of its warnings, on names with blanks for one, count as `info` here.
- `ignore`: codes that are not reported (`SC2164`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.script._shell_scripts import Asked, asked
from deployflow_gate.rulebook.script._shellcheck import MAX_SCRIPT, Comment, ask, program

if TYPE_CHECKING:
    from deployflow_gate.model.script import Script

MAX_MESSAGE = 300
"""Characters of what ShellCheck says."""

_LEVELS = ("error", "warning", "info", "style")

_NEVER = frozenset(
    {
        "SC1008", "SC1071", "SC1128", "SC2148", "SC2187", "SC2239", "SC2096",  # of the first line, which is ours
        "SC1009", "SC1072",  # said once more of what SC1073 says
        "SC1090", "SC1091", "SC1094",  # of other files, which are not followed
        "SC1075",  # `else if` on one line: a Dockerfile's continued lines are one
    }
)  # fmt: skip

_MANNERS = frozenset(
    {
        "SC2046", "SC2038", "SC2044", "SC2045", "SC2010", "SC2011",  # of names with blanks, which a build has not
        "SC1007", "SC1083", "SC2043", "SC2209",  # of `A= cmd`, `@{u}`, a list of one, `A=test`, which are mostly meant
    }
)  # fmt: skip
"""Warnings for ShellCheck, good manners here: in the corpus, hardly one of them was a defect."""

_CONSTANT = frozenset({"SC2043", "SC2050", "SC2078", "SC2157", "SC2158", "SC2160", "SC2161", "SC2193", "SC2194"})
"""Said of what always comes to the same; a piece that is not known only looks so."""

_UNSET = frozenset({"SC2153", "SC2154"})
"""Said of variables that are never set; a step's may be set by the steps before."""


@rule(
    Severity.WARNING,
    aliases=("actionlint:shellcheck", "hadolint:SC", "sonar-iac:S6570", "sonar-iac:S6573"),
)
def check(
    scripts: tuple[Script, ...],
    *,
    threshold: Literal["error", "warning", "info", "style"] = "warning",
    ignore: tuple[str, ...] = (),
) -> Iterator[Problem]:
    several = [found for script in scripts if (found := asked(script)) is not None]
    if not several:
        return
    levels = _LEVELS[: _LEVELS.index(threshold) + 1]
    left_out = _NEVER | {code.upper() for code in ignore}
    for one, answer in zip(several, ask(program(_root(scripts[0])), [one.given for one in several]), strict=True):
        if answer is None:
            yield Problem(one.text.span(0, max(1, one.text.text.find("\n"))), _unjudged(one))
        for comment in answer or ():
            if _level(comment, one) in levels and comment.code not in left_out:
                yield from _problem(comment, one)


def _unjudged(one: Asked) -> str:
    size = len(one.given)
    if size > MAX_SCRIPT:
        return f"ShellCheck is not given a script of `{size}` characters, so nothing is known of it."
    return "ShellCheck comes to no end with this script, so nothing is known of it."


def _level(comment: Comment, one: Asked) -> str:
    """ShellCheck's level. What POSIX does not know is no defect in a shell that may know it."""
    mild = comment.code in _MANNERS or (comment.code.startswith("SC3") and not one.shell.sure)
    return "info" if mild and comment.level != "style" else comment.level


def _problem(comment: Comment, one: Asked) -> Iterator[Problem]:
    place = one.range(comment.place)
    if place is None or one.on_expression(*place) or _off(comment.code, one, *place):
        return
    message = " ".join(comment.message.split())[:MAX_MESSAGE]
    yield Problem(one.text.span(*place), f"`{comment.code}`: {message}", fix=_fix(comment, one), code=comment.code)


def _off(code: str, one: Asked, start: int, end: int) -> bool:
    """Whether what ShellCheck says does not hold, by what it cannot know."""
    if code.startswith("SC3"):
        return "HOSTNAME" in one.text.text[start:end]  # which Docker sets, whatever the shell
    if code == "SC2034":
        return one.text.text[start:end] == "for"  # `for i in 1 2 3` counts, and that is all
    if code == "SC2283":
        return one.text.text[:start].endswith("chmod ")  # whose modes may begin with `=`
    if code == "SC2164":
        return not one.text.text[end:].strip()  # the script fails by it, as nothing comes after
    if code == "SC2115":
        return one.filled(start, end)
    return (code in _CONSTANT and one.unknown) or (code in _UNSET and one.variables is None)


def _fix(comment: Comment, one: Asked) -> Fix | None:
    spans = [one.replaced(replacement) for replacement in comment.replacements]
    if not spans or any("\n" in replacement.text for replacement in comment.replacements):
        return None
    changes = tuple(
        edits.replace(span, replacement.text)
        for span, replacement in zip(spans, comment.replacements, strict=True)
        if span is not None
    )
    return Fix(f"Do as ShellCheck says of `{comment.code}`", changes) if len(changes) == len(spans) else None


def _root(script: Script) -> str | None:
    """The folder that is judged, if it is one."""
    owner = script.owner
    file = getattr(owner, "dockerfile", None) or getattr(owner, "file", None)
    root = getattr(file.project.snapshot, "root", None) if file is not None else None
    return str(root) if root is not None else None
