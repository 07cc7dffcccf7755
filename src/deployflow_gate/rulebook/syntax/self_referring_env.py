r"""No ENV uses a variable that the same ENV sets.

All values of one instruction see the variables as they were before it, so that the new value is not there yet: an empty text is used, or
an older value.

The variable is set on the line before, or on the one after it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV APP_HOME=/srv/app \
    «APP_LOGS=$APP_HOME/logs» \
    «APP_DATA="${APP_HOME}/data"» MODE=fast
ENV «URL=https://$HOST/» HOST=shop.example.com
```

A line of its own can use it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV APP_HOME=/srv/app «APP_LOGS=$APP_HOME/logs»
ENV TOOLS=/opt/tools \
    «PATH=$PATH:$TOOLS/bin»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ENV APP_HOME=/srv/app
ENV APP_LOGS=$APP_HOME/logs
ENV TOOLS=/opt/tools
ENV PATH=$PATH:$TOOLS/bin
```

It has another value so far:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV VERSION=1.0
ENV VERSION=2.0 «URL=https://example.com/$VERSION.tar.gz»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ENV VERSION=1.0
ENV VERSION=2.0
ENV URL=https://example.com/$VERSION.tar.gz
```

Variables of other instructions, and a variable's own older value:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ENV APP_HOME=/srv/app
ENV APP_LOGS=$APP_HOME/logs PATH=$PATH:/srv/bin
ENV A=1 B=$AB C='$A' D=\$A E="A"
```

The value so far is the same one:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG VERSION=1.0
ARG MODE
ENV VERSION=$VERSION MODE=${MODE} \
    URL=https://example.com/$VERSION-$MODE.tar.gz
```

What the base image may well set:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ENV PATH=/app/bin:$PATH OLD_PATH=$PATH
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Env
    from deployflow_gate.model.variable import Variable

_GAP = regex(r"[ \t]*(?:[\\`][ \t]*\r?\n)?[ \t]*")
_OF_THE_SYSTEM = frozenset({"PATH", "HOME", "HOSTNAME", "USER"})


@rule(Severity.WARNING, aliases=("datadog-iac:env_no_refer_envvar", "hadolint:DL3044"))
def check(env: Env) -> Iterator[Problem]:
    if len(env.variables) < 2 or "$" not in env.syntax.body.text:
        return
    own = {variable.name.value: number for number, variable in enumerate(env.variables)}
    for number, variable in enumerate(env.variables):
        for name in env.references(variable.value) if variable.value is not None else ():
            at = own.get(name)
            if at is None or name == variable.name.value or _known(env, env.variables[at]):
                continue
            yield Problem(
                variable.span,
                f"`${name}` has not the value that the same ENV gives it, but the one from before.",
                notes=(Note(env.variables[at].span, "It is set here."),),
                fix=_fix(env, number) if at < number else None,
            )
            break


def _known(env: Env, setter: Variable) -> bool:
    """Whether the older value may be meant: it is the same, not known, or the system's."""
    name, value = setter.name.value or "", setter.value
    before = env.scope.get(name)
    if before is None:
        return name in _OF_THE_SYSTEM
    return value is None or UNKNOWN in before or before == value.sketch


def _fix(env: Env, number: int) -> Fix | None:
    """An instruction of its own from here on; the first pairs are set by then."""
    if env.onbuild:
        return None
    before, this = env.syntax.pairs[number - 1].span, env.syntax.pairs[number].span
    gap = Span(this.source, before.end, this.start)
    if not _GAP.fullmatch(gap.text):
        return None
    return Fix("Set it in an ENV of its own", (edits.replace(gap, f"\n{edits.indent_of(env.span)}ENV "),))
