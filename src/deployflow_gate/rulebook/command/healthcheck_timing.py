r"""A health check says when and how often it runs.

With Docker's defaults a check may hang for 30 seconds, and a container that needs a moment to start is counted unhealthy from its
first second on, since the start period is 0. A check every few seconds costs more than it tells; one every few minutes tells too late.
Timeout, start period and retries are written down, the interval is 20 to 30 seconds and the start period 5 to 10.

Nothing is said:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
«HEALTHCHECK» CMD curl -f http://localhost/ || exit 1
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
HEALTHCHECK --timeout=5s --start-period=10s --retries=3 CMD curl -f http://localhost/ || exit 1
```

Too often, too rarely, and too long at the start:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
HEALTHCHECK --interval=«5s» --timeout=3s --start-period=«1m30s» --retries=3 CMD curl -f http://localhost/
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
HEALTHCHECK --interval=20s --timeout=3s --start-period=10s --retries=3 CMD curl -f http://localhost/
```
```dockerfile b/Dockerfile fails
FROM nginx:1.27.2
HEALTHCHECK --interval=«5m» --timeout=3s \
    --start-period=5s --retries=3 CMD curl -f http://localhost/
```

A service:

```yaml compose.yaml fails
services:
  web:
    image: nginx:1.27.2
    «healthcheck»:
      test: ["CMD", "curl", "-f", "http://localhost/"]
      interval: «1m»
      start_period: 10s
```
```yaml compose.yaml fixed
services:
  web:
    image: nginx:1.27.2
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost/"]
      interval: 30s
      start_period: 10s
      timeout: 5s
      retries: 3
```

All said; the interval is 30 seconds where none is given:

```dockerfile Dockerfile passes
FROM nginx:1.27.2
HEALTHCHECK --interval=25s --timeout=5s --start-period=5s --retries=3 CMD curl -f http://localhost/
```
```dockerfile b/Dockerfile passes
FROM nginx:1.27.2
HEALTHCHECK --timeout=5s --start-period=10000ms --retries=3 CMD curl -f http://localhost/
```

What is not known, not checked, or does not ship:

```dockerfile Dockerfile passes
FROM nginx:1.27.2 AS dev
HEALTHCHECK CMD curl -f http://localhost/
FROM nginx:1.27.2
HEALTHCHECK NONE
```
```dockerfile b/Dockerfile passes
ARG EVERY
FROM nginx:1.27.2
ARG EVERY
HEALTHCHECK --interval=$EVERY --timeout=5s --start-period=5s --retries=3 CMD curl -f http://localhost/
```

A database, which others wait for as it starts, so that it is asked more often:

```yaml compose.yaml passes
services:
  db:
    image: postgres:17.2
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U app"]
      interval: 3s
```

A service that takes over the test of its image, is switched off, or is for development:

```yaml compose.yaml passes
services:
  web:
    image: registry.acme.dev/web:4.2
    healthcheck:
      interval: 30s
  job:
    image: registry.acme.dev/web:4.2
    healthcheck:
      disable: true
```
```yaml compose.override.yaml passes
services:
  web:
    healthcheck:
      interval: 2s
```

Other ranges for an application that needs its time:

```dockerfile Dockerfile passes max-start-period=60
FROM eclipse-temurin:21-jre
HEALTHCHECK --timeout=5s --start-period=45s --retries=3 CMD curl -f http://localhost:8080/
```

## Options

- `min-interval`: the shortest interval, in seconds.
- `max-interval`: the longest interval, in seconds.
- `min-start-period`: the shortest start period, in seconds.
- `max-start-period`: the longest start period, in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.image import Image
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.compose.healthcheck import Healthcheck as ServiceCheck
    from deployflow_gate.text import Text

DEFAULTS = {"timeout": "5s", "start-period": "10s", "retries": "3"}
"""What must be written, and what the fix writes."""
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PIECE = regex(r"(\d{1,9}(?:\.\d{0,9})?)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = regex(rf"(?:{_PIECE.pattern}){{1,6}}")


@rule(Severity.NOTICE, seeds=("000:13", "001:10", "004:6"))
def check(
    owner: Image | Service,
    *,
    min_interval: int = 20,
    max_interval: int = 30,
    min_start_period: int = 5,
    max_start_period: int = 10,
) -> Iterator[Problem]:
    found = owner.healthcheck
    if found is None or found.disabled or owner.development:
        return
    if not isinstance(owner, Image):
        known = owner.image.known if owner.image is not None else None
        if known is not None and known.sort in {"database", "queue"}:
            return
    yield from _of_image(owner) if isinstance(owner, Image) else _of_service(owner)
    yield from _outside(found.interval, "interval", min_interval, max_interval)
    yield from _outside(found.start_period, "start period", min_start_period, max_start_period)


def _of_image(image: Image) -> Iterator[Problem]:
    found = image.healthcheck
    if found is None:
        return
    missing = [name for name in DEFAULTS if found.flag(name) is None]
    if not missing:
        return
    flags = " ".join(f"--{name}={DEFAULTS[name]}" for name in missing)
    last = found.flags[-1].span if found.flags else found.keyword_span
    message = f"The health check has no {_list([f'`--{name}`' for name in missing])}."
    yield Problem(found.keyword_span, message, fix=Fix(f"Add {flags}", (edits.insert_after(last, " " + flags),)))


def _of_service(service: Service) -> Iterator[Problem]:
    found = service.healthcheck
    if found is None or found.test is None or any(other.healthcheck for other in service.counterparts):
        return  # the rest comes from the image's own check, or from another file
    entries = found.mapping.merged
    missing = {key: value for name, value in DEFAULTS.items() if (key := name.replace("-", "_")) not in entries}
    entry = service.entry("healthcheck")
    if missing and entry is not None:
        message = f"The health check has no {_list([f'`{key}`' for key in missing])}."
        yield Problem(entry.key.span, message, fix=_lines(found, missing))


def _lines(found: ServiceCheck, missing: dict[str, str]) -> Fix | None:
    mapping = found.mapping
    if mapping.flow or not mapping.entries or not mapping.span.contains(mapping.entries[-1].span):
        return None
    last = max((entry.span for entry in mapping.entries), key=lambda span: span.end)
    if (
        last.source.line_span(last.line).text.lstrip()
        != last.source.text[last.start : last.source.line_span(last.line).end]
    ):
        return None
    pad = edits.indent_of(last)
    text = f"\n{pad}".join(f"{key}: {value}" for key, value in missing.items())
    return Fix(f"Add {_list(list(missing))}", (edits.insert_line_after(last, text),))


def _outside(given: Text | None, name: str, least: int, most: int) -> Iterator[Problem]:
    seconds = _seconds(given.value) if given is not None else None
    if given is None or seconds is None or least <= seconds <= most or (seconds == 0 and name == "interval"):
        return  # an interval of 0 stands for the default
    wanted = least if seconds < least else most
    fix = Fix(f"Write {wanted}s", (edits.replace(given.span, f"{wanted}s"),)) if given.literal else None
    yield Problem(
        given.span, f"The {name} of the health check is `{given.value}`, not {least} to {most} seconds.", fix=fix
    )


def _seconds(value: str | None) -> float | None:
    """A duration as Docker reads it (`1m30s`, `500ms`); None for what is none."""
    if value is None or (value != "0" and not _DURATION.fullmatch(value)):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PIECE.findall(value))


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
