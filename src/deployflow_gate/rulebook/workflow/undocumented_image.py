r"""The README says how to build the image and how to run it.

Whoever comes new to a repository with a Dockerfile should not have to guess the command, the port and the variables.

A README that says nothing of it:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
CMD ["app"]
```
```text README.md fails
# Acme API

Answers questions. Runs in a container.
```

It says how to build, and not how to run:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
CMD ["app"]
```
```text README.md fails
Build it: `docker build -t acme/api .`
```

No README at all:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
CMD ["app"]
```

Both are said in the README:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
```text README.md passes
    docker build -t acme/api .
    docker run -p 8080:8080 acme/api
```

A page that the README is split into says it:

```dockerfile api/Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
```text README.md passes
# Acme
```
```text docs/deployment.md passes
Start everything with `docker compose up --build`.
```

An image for development alone:

```dockerfile Dockerfile.dev passes
FROM debian:12.8-slim
CMD ["app"]
```

## Options

- `commands`: more commands of a README that build and run the image, as in `./run`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.project import Project

_PAGES = regex(
    r"(?:.*/)?readme[^/]*|(?:.*/)?(?:docs?|documentation|wiki)/.*\.(?:md|rst|adoc|txt|mdx)"
    r"|(?:install|deploy|docker|getting|quickstart|contributing|develop|running|usage)[^/]*\.(?:md|rst|adoc|txt)"
)
_TOOL = r"\b(?:docker|podman|nerdctl)(?:[- ]compose)?\b[^\n`]{0,120}?\s"
_BUILDS = regex(
    rf"{_TOOL}(?:build|up|pull|bake|buildx)\b|\b(?:make|just|task)\s+[\w./:-]{0, 60}(?:build|image|docker|up|start)"
    r"|\bimage:\s|\bdocker run\b[^\n]{0,200}\w/\w"
)
"""How an image is built, or that it is pulled as it is."""

_RUNS = regex(
    rf"{_TOOL}(?:run|up|start|stack)\b|\bkubectl\s+apply|\bhelm\s+(?:install|upgrade)|\b(?:make|just|task)\s+[\w./:-]{0, 60}(?:run|up|start|serve)"
    r"|\bfly(?:ctl)?\s+deploy|\bgcloud\s+run\s+deploy"
)

MAX_PAGES = 300
"""Pages that are read; the README comes first."""


@rule(Severity.NOTICE, on=False, seeds=("003:20",))
def check(project: Project, *, commands: tuple[str, ...] = ()) -> Iterator[Problem]:
    shipped = [image for image in project.images if not image.development]
    if not shipped:
        return
    pages = sorted((p for p in project.paths if _PAGES.fullmatch(p.lower())), key=lambda p: (p.count("/"), p))
    builds = runs = False
    for path in pages[:MAX_PAGES]:
        source = project.read_text(path)
        if source is None:
            return  # it may say so
        text = source.text
        told = any(command in text for command in commands)
        builds = builds or told or _BUILDS.search(text) is not None
        runs = runs or told or _RUNS.search(text) is not None
        if builds and runs:
            return
    readme = next((path for path in pages if path.lower().rpartition("/")[2].startswith("readme")), None)
    what = "how to run it" if builds else "how to build it" if runs else "how to build it and how to run it"
    said = f"`{readme}` does not say {what}." if readme else f"No README says {what}."
    first = min(shipped, key=lambda image: (image.span.path, image.span.start))
    yield Problem(first.span, f"The image is not documented: {said[0].lower() if not readme else said[0]}{said[1:]}")
