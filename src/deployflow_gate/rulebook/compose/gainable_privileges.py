r"""A process in a service gains no privileges that it was not started with.

A program with the setuid bit runs as its owner, which is mostly root, whoever starts it. `no-new-privileges` takes that away, for the
process and all that come of it: who breaks into an application that runs as another user stays that user.

The option is missing:

```yaml compose.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    user: "10001"
```
```yaml compose.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    user: "10001"
    security_opt:
      - no-new-privileges:true
```

Other options are no help:

```yaml compose.prod.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    security_opt:
      - label:type:acme_web_t # of our own policy
    restart: always
```
```yaml compose.prod.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    security_opt:
      - label:type:acme_web_t # of our own policy
      - no-new-privileges:true
    restart: always
```

It is switched off:

```yaml compose.yaml fails
services:
  web:
    image: acme/web:1.2.0
    security_opt: ["«no-new-privileges:false»"]
```
```yaml compose.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    security_opt: ["no-new-privileges:true"]
```

Every spelling that Docker knows, and one that cannot be known:

```yaml compose.yaml passes
services:
  a:
    image: acme/a:1.2.0
    security_opt:
      - no-new-privileges:true
  b:
    image: acme/b:1.2.0
    security_opt: ["no-new-privileges=true", "apparmor:acme"]
  c:
    image: acme/c:1.2.0
    security_opt: [no-new-privileges]
  d:
    image: acme/d:1.2.0
    security_opt:
      - ${SECURITY}
```

It may be shared, or come from the file below:

```yaml compose.yaml passes
x-hardened: &hardened
  security_opt: ["no-new-privileges:true"]
services:
  web:
    <<: *hardened
    image: acme/web:1.2.0
  api:
    image: acme/api:1.2.0
    security_opt: ["no-new-privileges:true"]
```
```yaml compose.prod.yaml passes
services:
  api:
    restart: always
```

Files for work and tests, by their names and by what is in them:

```yaml compose.dev.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml app/compose.yaml passes
services:
  web:
    build: .
    command: npm run dev
    volumes: [".:/app"]
  mail:
    image: axllent/mailpit:v1.21.0
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.compose._keys import list_item
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.text import Text

_OPTION = regex(r"no-new-privileges(?:[:=]\s*(\S*))?")


@rule(
    Severity.NOTICE,
    seeds=("004:10",),
    aliases=(
        "code-pathfinder:COMPOSE-SEC-011", "compose-lint:CL-0003", "kics:no_new_privileges_not_set", "kics:security_opt_not_set",
        "semgrep:no-new-privileges",
    ),
)  # fmt: skip
def check(service: Service) -> Iterator[Problem]:
    if not service.deployed:
        return
    given = service.settled_texts("security_opt")
    told = [(text, _value(text)) for text in given]
    if any(value is None or value in {"", "true"} for _, value in told):
        return
    off = next((text for text, value in told if value == "false"), None)
    if off is None:
        fix = list_item(service, "Gain no new privileges", "security_opt", "no-new-privileges:true")
        yield Problem(service.name_span, "A setuid program in the container can gain the rights of root.", fix=fix)
    else:
        yield Problem(
            off.span, "A setuid program in the container can gain the rights of root, as is asked for.", fix=_on(off)
        )


def _value(text: Text) -> str | None:
    """What the option is given, "" for nothing (which is on), "other" for another option, None where that cannot be known."""
    found = _OPTION.fullmatch(text.sketch.strip())
    value = (found[1] or "").lower() if found else ""
    if text.sketch.startswith(UNKNOWN) or UNKNOWN in value:
        return None
    return value if found else "other"


def _on(text: Text) -> Fix | None:
    written = text.span.text
    if not text.literal or written.count("false") != 1:
        return None
    return Fix("Gain no new privileges", (edits.replace(text.span, written.replace("false", "true")),))
