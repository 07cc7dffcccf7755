r"""No download is checked by MD5 or SHA-1.

Files with the same MD5 or SHA-1 sum can be made at will, so that a sum of that kind does not prove that a download is the one that was
meant. Most publishers give SHA-256, too.

In a `RUN` every such sum is reported, elsewhere those that are compared with a list (`-c`): a workflow also takes sums as keys of caches,
which does no harm.

A sum that is compared:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl -fsSLO https://example.com/a.tgz && echo "d17b588f95b76ccb59064671bda61b589ec143d0  a.tgz" | «sha1sum -c -»
RUN [ "$(«md5sum b.tgz» | cut -d' ' -f1)" = "effc956eca1ae6e85e06670ca8e16e72" ]
RUN [«"shasum", "a.tgz"»]
```

Perl's shasum takes SHA-1 unless told otherwise, and OpenSSL knows them all:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV OLD=1
RUN «shasum -a 1 a.tgz» && «shasum -c a.sum» && «shasum -a $OLD b.tgz»
RUN «openssl md5 a.tgz» && «openssl dgst -r -ripemd160 a.tgz»
```

In a workflow:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  fetch:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          curl -fsSLO https://example.com/a.tgz
          «md5sum --check a.md5»
```

Better sums, other questions, and a key of a cache:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG ALGORITHM
RUN echo "$SUM a.tgz" | sha256sum -c && shasum -a 256 a.tgz && shasum --algorithm $ALGORITHM b.tgz
RUN openssl sha256 a.tgz && openssl dgst -sha512 a.tgz && openssl dgst a.tgz -md5 && openssl version
RUN apt-get install -y md5deep && command -v md5sum && ln -s /bin/busybox /usr/bin/sha1sum
```
```yaml .github/workflows/test.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "key=$(md5sum package.json | cut -d' ' -f1)" >> "$GITHUB_OUTPUT"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of
from deployflow_gate.rulebook.script._tools import used
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

_SUMS = {"md5sum": "MD5", "gmd5sum": "MD5", "sha1sum": "SHA-1", "gsha1sum": "SHA-1"}
_TOOLS = frozenset({*_SUMS, "shasum", "openssl"})
_OF_OPENSSL = {
    "md2": "MD2", "md4": "MD4", "md5": "MD5", "sha1": "SHA-1", "ripemd": "RIPEMD-160", "ripemd160": "RIPEMD-160",
    "rmd160": "RIPEMD-160",
}  # fmt: skip
_TAKE_VALUE = frozenset({
    "-out", "-sign", "-verify", "-prverify", "-signature", "-keyform", "-passin", "-rand", "-writerand", "-engine",
    "-mac", "-macopt",
})  # fmt: skip
"""Flags of `openssl dgst` that take the next word."""


@rule(Severity.WARNING, aliases=("sonar-iac:S4790",))
def check(command: Command) -> Iterator[Problem]:
    tool = used(command, _TOOLS)
    if tool is None:
        return
    if run_of(command) is None and not tool.has_flag("-c", "--check"):
        return
    algorithm = _algorithm(tool)
    if algorithm is not None:
        at = tool.words[0].span.until(tool.words[-1].span)
        yield Problem(at, f"`{tool.name}` takes a sum by {algorithm}, which proves nothing about a file.")


def _algorithm(tool: Command) -> str | None:
    """The weak algorithm that a tool takes, if it does."""
    if tool.name == "shasum":
        told = tool.option("-a", "--algorithm")
        return "SHA-1" if told is None or told.sketch == "1" else None
    if tool.name != "openssl":
        return _SUMS[tool.name or ""]
    words = iter([word.sketch for word in tool.words[1:]])
    verb = next(words, "")
    if verb != "dgst":
        return _OF_OPENSSL.get(verb)
    for word in words:
        if not word.startswith("-") or UNKNOWN in word:
            return None
        if word[1:] in _OF_OPENSSL:
            return _OF_OPENSSL[word[1:]]
        if word in _TAKE_VALUE:
            next(words, None)
    return None
