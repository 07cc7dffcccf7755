r"""No command asks for an outdated version of TLS.

SSL 2 and 3, TLS 1.0 and 1.1 are broken or retired (RFC 8996): who stands between can read along or change what is downloaded. All tools
take TLS 1.2 or newer by themselves, unless they are told otherwise.

curl, with a version, a limit, or by way of a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV OLD=1.1
RUN curl «--tlsv1.0» -O https://example.com/a.tgz && curl «-3» https://example.com/b
RUN curl «--tls-max $OLD» -O https://example.com/c.tgz
RUN ["curl", «"--sslv2"», "https://example.com/d"]
```

curl, which needs to be told nothing:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl «--tlsv1» -O https://example.com/a.tgz
RUN curl -fsSL «--tls-max 1.1» -O https://example.com/c.tgz
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl --tlsv1.2 -O https://example.com/a.tgz
RUN curl -fsSL -O https://example.com/c.tgz
```

wget, in a workflow, too:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  fetch:
    runs-on: ubuntu-24.04
    steps:
      - run: retry wget «--secure-protocol=TLSv1» https://example.com/a.tgz
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  fetch:
    runs-on: ubuntu-24.04
    steps:
      - run: retry wget --secure-protocol=TLSv1_2 https://example.com/a.tgz
```

Bundled with other flags:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl «-1sLf» -O https://example.com/a.tgz
```

The whole system, by OpenSSL's configuration, and other tools:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «sed -i 's/MinProtocol = TLSv1.2/MinProtocol = TLSv1/' /etc/ssl/openssl.cnf»
RUN git clone «-c http.sslVersion=tlsv1.1» https://example.com/e.git
CMD ["node", «"--tls-min-v1.0"», "server.js"]
```

What is current, not known, or another program's:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG VERSION
RUN curl --proto '=https' --tlsv1.2 --tls-max 1.3 -O https://example.com/a.tgz
RUN curl --tls-max $VERSION https://example.com/b && curl --retry 3 https://example.com/c
RUN wget --secure-protocol=PFS https://example.com/d && wget --secure-protocol TLSv1_3 https://example.com/e
RUN apt-get install -y curl -1 && head -1 list && echo curl --sslv3
RUN sed -i 's/MinProtocol = TLSv1.0/MinProtocol = TLSv1.2/' /etc/ssl/openssl.cnf
RUN curl "--tls-max 1.0" https://example.com/f
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.script._tools import Given, given, removed, used
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

_OLD = regex(r"(?:ssl_?v?[23](?:\.0)?|tls_?v?1(?:[._][01])?)", re.IGNORECASE)
"""An old version in the spellings of wget, git and aria2."""

_CURL = ("--sslv2", "-2", "--sslv3", "-3", "--tlsv1", "-1", "--tlsv1.0", "--tlsv1.1")
_VALUES = {
    "wget": ("--secure-protocol",),
    "wget2": ("--secure-protocol",),
    "aria2c": ("--min-tls-version",),
    "git": ("-c", "--config"),
}
_TOOLS = frozenset({"curl", "node", "nodejs", *_VALUES})
_NODE = ("--tls-min-v1.0", "--tls-min-v1.1", "--tls-max-v1.0", "--tls-max-v1.1")
_MINIMUM = regex(r"MinProtocol\s*=\s*((?:TLS|SSL|DTLS|None)[\w.]*)")
_CONFIGURING = frozenset({"sed", "echo", "printf", "perl"})


@rule(Severity.WARNING, aliases=("sonar-iac:S4423",))
def check(command: Command) -> Iterator[Problem]:
    if command.name in _CONFIGURING:
        minimum = [found for word in command.words[1:] for found in _MINIMUM.findall(word.sketch)]
        if minimum and (minimum[-1] == "None" or _OLD.fullmatch(minimum[-1].lstrip("D"))):
            yield Problem(command.span, f"OpenSSL is set to accept `{minimum[-1]}`.")
        return
    tool = used(command, _TOOLS)
    if tool is None:
        return
    for flag, version in _asked(tool):
        yield Problem(flag.span, f"`{tool.name}` is told to use `{version}`, which is outdated.", fix=_fix(tool, flag))


def _asked(tool: Command) -> Iterator[tuple[Given, str]]:
    """The flags that ask for an old version, with that version."""
    if tool.name == "curl":
        yield from ((flag, flag.name) for flag in given(tool, *_CURL))
        yield from ((flag, f"TLS {flag.value}") for flag in given(tool, "--tls-max") if flag.value in ("1.0", "1.1"))
    elif tool.name in ("node", "nodejs"):
        yield from ((flag, flag.name) for flag in given(tool, *_NODE))
    else:
        for flag in given(tool, *_VALUES[tool.name or ""]):
            name, equals, version = flag.value.rpartition("=")
            if _OLD.fullmatch(version) and (not equals or name.lower() == "http.sslversion"):
                yield flag, version


def _fix(tool: Command, flag: Given) -> Fix | None:
    written = flag.span.text
    if tool.script.is_exec or "$" in written or "\n" in written:
        return None
    if tool.name == "curl":
        if flag.name == "--tls-max":
            gone = removed(flag.span)
            return Fix("Ask for no outdated version", (gone,)) if gone is not None else None
        return Fix("Ask for TLS 1.2", (edits.replace(flag.span, "--tlsv1.2"),)) if written == flag.name else None
    if tool.name == "wget" and written.endswith(flag.value):
        value = Span(flag.span.source, flag.span.end - len(flag.value), flag.span.end)
        return Fix("Ask for TLS 1.2", (edits.replace(value, "TLSv1_2"),))
    return None
