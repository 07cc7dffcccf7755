r"""Gems that are installed by name have a version.

Without one, each build takes what is newest on that day: two images of the same commit differ, and a bad or hijacked release is in the
next image without anybody having changed anything.

Judged are the gems that a `RUN` names, in the stages that a shipped image is built from. A range is enough. What stands in a
Gemfile is the matter of its lock file.

No version:

```dockerfile Dockerfile fails
FROM ruby:3.3.6-slim
RUN gem install «bundler» && bundle install
RUN gem i --no-document rake:13.2.1 «nokogiri» puma
RUN ["gem", "install", «"rails"»]
```

In a build stage, with options for what is compiled:

```dockerfile Dockerfile fails
FROM ruby:3.3.6 AS build
RUN gem install «nokogiri» -- --use-system-libraries
FROM ruby:3.3.6-slim
COPY --from=build /usr/local/bundle /usr/local/bundle
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM ruby:3.3.6-slim
ARG RAKE_VERSION
RUN gem install bundler:2.5.23 rake:$RAKE_VERSION && gem install puma -v 6.4.3 && gem install rails --version='~> 8.0'
RUN gem install nokogiri:1.16.7 -- --use-system-libraries=true --with-opt-dir /usr
RUN gem install nokogiri:1.16.7 --use-system-libraries true
RUN gem install ./tool-1.2.3.gem && gem install --file=Gemfile && gem update --system 3.5.23
```

What is not known, what is allowed, and what is only for development:

```dockerfile Dockerfile passes allowed=bundler
FROM ruby:3.3.6-slim
ARG GEMS
RUN gem install $GEMS && gem install bundler
```
```dockerfile Dockerfile.dev passes
FROM ruby:3.3.6-slim
RUN gem install pry
```

## Options

- `allowed`: gems that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._unpinned import from_index, unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Package

VERBS = {"gem": frozenset({"install", "i"})}

SWITCHES = frozenset(
    f"--{switch}"
    for switch in (
        "both", "conservative", "debug", "default", "development", "development-all", "env-shebang", "explain", "force", "format-executable",
        "ignore-dependencies", "lock", "local", "minimal-deps", "no-doc", "no-document", "no-http-proxy", "no-rdoc", "no-ri", "no-verbose",
        "norc", "post-install-message", "pre", "prerelease", "quiet", "rdoc", "remote", "ri", "silent", "suggestions",
        "update-sources", "user-install", "vendor", "verbose", "wrappers",
    )
)  # fmt: skip
"""Flags of gem that take no value; the word behind any other long flag may be its value."""


@rule(Severity.WARNING, aliases=("hadolint:DL3028", "kics:gem_install_without_version"))
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    if command.has_flag("-v", "--version"):
        return
    values = {
        id(word)
        for flag, word in pairwise(command.words)
        if flag.sketch.startswith("--") and "=" not in flag.sketch and flag.sketch not in SWITCHES
    }

    def loose(package: Package) -> bool:
        return from_index(package) and id(package.word) not in values

    yield from unpinned(command, VERBS, allowed, loose)
