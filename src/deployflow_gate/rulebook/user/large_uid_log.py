r"""A user with a large number is made without a log entry.

`useradd` writes `/var/log/faillog` and `lastlog`, whose size grows with the user's number: with 100000 and more they are sparse files of many
megabytes, which a layer stores in full.

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN useradd «--uid 1000001» app
RUN groupadd app && useradd -g app «-u100000» app
RUN ["useradd", «"-u", "200000"», "other"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN useradd --no-log-init --uid 1000001 app
RUN groupadd app && useradd --no-log-init -g app -u100000 app
RUN ["useradd", "--no-log-init", "-u", "200000", "other"]
```

No log entry, a small number, one that is not known, and a program that writes none:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG ID
RUN useradd -l -u 1000001 app
RUN useradd --uid=1000001 --no-log-init app
RUN useradd --uid 10001 app
RUN useradd --uid $ID app
RUN useradd app
RUN adduser --uid 1000001 --disabled-password app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, rule
from deployflow_gate.rulebook.packages._flag import flag_behind

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run

LARGE = 100_000
MAX_DIGITS = 10
"""Of the largest number that a user may have, 4294967294."""


@rule(
    Severity.WARNING,
    aliases=("datadog-iac:use_recommended_flags_with_useradd", "hadolint:DL3046", "tally:hadolint/DL3046"),
)
def check(run: Run) -> Iterator[Problem]:
    for command in run.script.commands if run.script is not None else ():
        if command.name != "useradd" or command.has_flag("-l", "--no-log-init"):
            continue
        flag, number = command.flag("-u", "--uid"), command.option("-u", "--uid")
        if flag is None or number is None or number.value is None or not number.value.isdecimal():
            continue
        digits = number.value.lstrip("0")
        if len(digits) <= MAX_DIGITS and int(digits or "0") >= LARGE:
            edit = flag_behind(command.words[0], "--no-log-init", command)
            yield Problem(
                flag.span.until(number.span),
                f"`useradd` writes a log entry for the user `{number.value}`.",
                fix=Fix("Write none", (edit,), safe=True) if edit is not None else None,
            )
