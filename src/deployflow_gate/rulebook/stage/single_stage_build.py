r"""What is compiled or bundled is built in one stage and shipped from another.

An image that ships from the stage that built it carries compilers, sources and everything that only the build needed. A second stage that
copies the result alone is a fraction of the size, and offers that much less to attack.

Compilers that are installed for the packages of an interpreter are told by `build-tools-in-image`. Images without a command of their own,
and those that are named for building or testing, are toolboxes and left alone.

A program is compiled in the stage that ships:

```dockerfile Dockerfile fails
FROM golang:1.23.3
WORKDIR /src
COPY . .
RUN go mod download && «go build -o /usr/local/bin/app ./cmd/app»
CMD ["app"]
```
```dockerfile b/Dockerfile fails
FROM maven:3.9.9-eclipse-temurin-21
COPY . /src
RUN «mvn --batch-mode -f /src/pom.xml package»
ENTRYPOINT ["java", "-jar", "/src/target/app.jar"]
```

A front end is bundled in it, by a script or by the tool:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN npm ci
RUN «npm run build»
CMD ["node", "server.js"]
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim AS base
WORKDIR /app
FROM base
COPY . .
RUN npm ci && «npx next build»
CMD ["npx", "next", "start"]
```

The last stage stands on the one that builds:

```dockerfile Dockerfile fails
FROM rust:1.82.0 AS build
WORKDIR /src
COPY . .
RUN «cargo build --release»
FROM build
CMD ["/src/target/release/app"]
```

Only the result is copied:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
WORKDIR /src
COPY . .
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
ENTRYPOINT ["/app"]
```

Nothing is compiled, or the tools leave with the same layer:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN npm ci --omit=dev && go version
CMD ["node", "server.js"]
```
```dockerfile b/Dockerfile passes
FROM alpine:3.20.3
COPY . /src
RUN apk add --no-cache --virtual .build go && cd /src && go build -o /bin/app . && apk del .build
CMD ["app"]
```

A toolbox, a development image, a stage for tests:

```dockerfile Dockerfile passes
FROM golang:1.23.3
RUN go install golang.org/x/tools/gopls@v0.16.2
```
```dockerfile b/Dockerfile.dev passes
FROM node:22.11.0-slim
RUN npm ci && npm run build
CMD ["npm", "run", "dev"]
```
```dockerfile ci/builder/Dockerfile passes
FROM golang:1.23.3
RUN go build -o /usr/bin/tool .
ENTRYPOINT ["tool"]
```

## Options

- `commands`: more commands that build, as "tool" or "tool subcommand".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import judged_in, run_of
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image

BUILDS = {
    "go": ("build",), "cargo": ("build",), "rustc": (), "mvn": ("package", "install", "verify"), "mvnw": ("package", "install", "verify"),
    "gradle": ("build", "assemble", "bootJar", "installDist", "shadowJar", "jar", "war"),
    "gradlew": ("build", "assemble", "bootJar", "installDist", "shadowJar", "jar", "war"),
    "sbt": ("assembly", "stage", "package", "dist"), "lein": ("uberjar",), "javac": (), "dotnet": ("build", "publish"),
    "msbuild": (), "mix": ("compile", "release"), "swift": ("build",), "zig": ("build", "build-exe"), "stack": ("build", "install"),
    "cabal": ("build",), "dart": ("compile",), "crystal": ("build",), "nim": ("c", "compile"), "gcc": (), "g++": (), "clang": (),
    "clang++": (), "cc": (), "xcaddy": ("build",),
    "tsc": (), "webpack": (), "rollup": ("-c", "--config"), "esbuild": (), "parcel": ("build",), "vite": ("build",), "next": ("build",),
    "nuxt": ("build", "generate"), "nest": ("build",), "ng": ("build",), "vue-cli-service": ("build",), "react-scripts": ("build",),
    "astro": ("build",), "gatsby": ("build",), "hugo": (), "turbo": ("build", "run"), "nx": ("build",),
}  # fmt: skip
"""Tool → the words of which one makes it a build; any call is one where there are none."""

SCRIPTS = regex(r"build(?::(?:prod|production|client|server|app|web|all))?|bundle|compile|dist|build-prod|production")
"""Scripts of package.json that build, by their names."""

TOOLBOX = frozenset({
    "build", "builder", "builders", "building", "buildenv", "toolchain", "toolchains", "ci", "compile", "sdk", "cross", "test", "tests",
    "unittest", "unittests", "bench", "benchmark", "fuzz", "lint", "dev", "development", "tools", "action", "actions", "e2e",
})  # fmt: skip
_ASKS = frozenset({"--version", "-version", "-v", "--help", "-h"})


@rule(Severity.WARNING, seeds=("000:4", "001:5", "003:3", "003:6"), aliases=("tally:tally/prefer-multi-stage-build",))
def check(image: Image, *, commands: tuple[str, ...] = ()) -> Iterator[Problem]:
    if image.development or _is_toolbox(image):
        return
    for command in image.commands:
        run = run_of(command)
        if run is not None and judged_in(run.stage, image) and _builds(command, commands) and not _cleans(command):
            what = " ".join(word.sketch for word in command.own[:3] if not word.sketch.startswith("-"))
            yield Problem(command.span, f"`{what}` builds in the stage that ships.")
            return


def _is_toolbox(image: Image) -> bool:
    if image.command is None and image.entrypoint is None and not image.services:
        return True
    name = image.stage.name.raw if image.stage.name is not None and image.stage.base_stage is None else ""
    return not TOOLBOX.isdisjoint(re.split(r"[^a-z0-9]+", f"{image.dockerfile.path} {name}".lower()))


def _builds(command: Command, more: tuple[str, ...]) -> bool:
    words = [word.sketch for word in command.own]
    if words and words[0].rpartition("/")[2] in ("npx", "bunx", "pnpx"):
        words = [word for word in words[1:] if not word.startswith("-")]
    if len(words) > 1 and words[0] in ("npm", "yarn", "pnpm", "bun"):
        rest = [word for word in words[1:] if not word.startswith("-")]
        asked = rest[1:2] if rest[:1] in (["run"], ["run-script"]) else rest[:1] if words[0] in ("yarn", "pnpm") else []
        if asked and SCRIPTS.fullmatch(asked[0]):
            return True
        words = rest[1:] if rest[:1] in (["exec"], ["dlx"]) else rest
        return len(words) > 1 and words[0] in ("next", "vite", "nuxt", "ng", "nest", "astro") and words[1] == "build"
    if not words or _ASKS & set(words[1:]):
        return False
    tool = words[0].rpartition("/")[2]
    if any(tool == spelled or " ".join((tool, *words[1:2])) == spelled for spelled in more):
        return True
    wanted = BUILDS.get(tool)
    return wanted is not None and (not wanted or any(word in wanted for word in words[1:]))


def _cleans(command: Command) -> bool:
    """Whether the same layer removes packages again behind the build."""
    return any(
        later.install is not None and later.install.action == "remove"
        for later in command.script.commands
        if later.span.start > command.span.start
    )
