r"""A COPY does not take files from a stage that has none.

A stage from `scratch` is empty until something is copied into it, so that the build fails.

Nothing was ever put there:

```dockerfile Dockerfile fails
FROM scratch AS assets
FROM debian:12.8-slim
COPY --from=«assets» /dist /dist
```

Settings make no files, neither do those of the stage below; and of a working directory there is the folder alone:

```dockerfile Dockerfile fails
FROM scratch AS base
ENV MODE=fast
LABEL org.opencontainers.image.title=shop
FROM base AS assets
WORKDIR /srv/www
USER 10001
FROM debian:12.8-slim
COPY --from=«assets» /srv/www/index.html /srv/www/
```

Files were put there, or the folder itself is wanted:

```dockerfile Dockerfile passes
FROM scratch AS assets
COPY dist /dist
FROM assets AS more
FROM scratch AS archive
ADD rootfs.tar /
FROM scratch AS tool
RUN ["/tool", "--init"]
FROM scratch AS folder
WORKDIR /var/data
FROM debian:12.8-slim
COPY --from=assets /dist /dist
COPY --from=more /dist /dist
COPY --from=archive /etc /etc
COPY --from=tool /out /out
COPY --from=folder --chown=10001 /var/data /var/data
```

Nothing is copied from it, or a build puts a context in its place:

```dockerfile Dockerfile passes
FROM scratch AS empty
FROM debian:12.8-slim
```
```dockerfile b/Dockerfile passes
FROM scratch AS assets
FROM debian:12.8-slim
COPY --from=assets /dist /dist
```
```yaml b/compose.yaml passes
services:
  app:
    build:
      context: .
      additional_contexts:
        assets: ./assets
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Copy


@rule(Severity.ERROR, aliases=("tally:tally/copy-from-empty-scratch-stage",))
def check(copy: Copy) -> Iterator[Problem]:
    name, stage = copy.from_, copy.from_stage
    if name is None or stage is None or not stage.empty or not name.value:
        return
    if name.value.lower() in copy.dockerfile.context_names or _are_folders(copy, stage.made_folders):
        return
    notes = (Note(stage.from_.span, "It is empty from here on."),) if stage.from_ is not None else ()
    yield Problem(name.span, f"The stage `{name.value}` has no files.", notes=notes)


def _are_folders(copy: Copy, made: frozenset[str] | None) -> bool:
    """Whether it may be that nothing but folders is copied, which WORKDIR has made."""
    sources = [source.value for source in copy.sources]
    return made is None or all(source is None or normpath("/" + source.lstrip("/")) in made for source in sources)
