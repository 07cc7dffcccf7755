r"""TLS certificates are checked.

Without the check everybody who stands between can give another file, or read the password that is sent. Where the certificate is one's
own, bring its authority: `curl --cacert`, `NODE_EXTRA_CA_CERTS`, `pip --cert`, `update-ca-certificates`.

What a machine asks of itself or of a neighbour (`https://localhost`, `https://search:9200`) is not reported, nor what only development
runs, nor a download whose sum is known (`echo "$SUM  a.tgz" | sha256sum -c`).

curl and wget, the first of which bundles its flags:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl «-fsSLk» -o a.tgz https://example.com/a.tgz && curl «--insecure» -O https://example.com/b
RUN wget «--no-check-certificate» https://example.com/c \
    && retry 5 curl -O https://example.com/d \
        «-k» \
        -f
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl -fsSL -o a.tgz https://example.com/a.tgz && curl -O https://example.com/b
RUN wget https://example.com/c \
    && retry 5 curl -O https://example.com/d \
        -f
```

Package managers, by a flag or for good:

```dockerfile Dockerfile fails
FROM node:22.11-slim
RUN npm config set «strict-ssl false» && npm ci «--strict-ssl=false»
RUN yarn config set «"strict-ssl" false» -g && yarn config set «enableStrictSsl false»
RUN pip install «--trusted-host pypi.org» flask && pip config set «global.trusted-host pypi.org»
RUN dnf config-manager --save «--setopt=\*.sslverify=0»
RUN apt-get «-o Acquire::https::Verify-Peer=false» update
RUN conda config --set «ssl_verify no»
RUN ["pip", "install", «"--trusted-host=pypi.org"», "flask"]
```

By what is written into their settings:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «echo 'Acquire::https::Verify-Peer "false";'» > /etc/apt/apt.conf.d/99mirror && «echo insecure» >> ~/.curlrc
RUN «printf 'timeout = 60\ncheck_certificate = off\n'» >> /etc/wgetrc
```

git, and what deploys:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    env:
      «NODE_TLS_REJECT_UNAUTHORIZED: 0»
    steps:
      - run: |
          git «-c http.sslVerify=false» clone https://example.com/e.git
          git config --global «http.sslVerify false»
          kubectl «--insecure-skip-tls-verify» apply -f app.yaml
          skopeo copy «--dest-tls-verify=false» dir:x docker://example.com/x
```

Variables, wherever they are set:

```dockerfile Dockerfile fails
FROM node:22.11-slim
ENV «NODE_TLS_REJECT_UNAUTHORIZED=0» PORT=80
ARG «PYTHONHTTPSVERIFY=0»
ENV «npm_config_strict_ssl false»
RUN «GIT_SSL_NO_VERIFY=1» git clone https://example.com/f.git && export «PIP_TRUSTED_HOST=pypi.org» && pip install flask
```
```yaml compose.prod.yaml fails
services:
  app:
    image: acme/app:4.2
    environment:
      «PYTHONHTTPSVERIFY: "0"»
```

Checked, not known, or of no harm:

```dockerfile Dockerfile passes
FROM node:22.11-slim
ARG PIP_TRUSTED_HOST
ARG TLS
ENV NODE_TLS_REJECT_UNAUTHORIZED=1 NPM_CONFIG_STRICT_SSL=$TLS
RUN npm config set strict-ssl true && npm set audit false && npm config get strict-ssl || false
RUN curl -insecure https://example.com/a | grep -k b && curl -o k -K rc https://example.com/c
RUN echo insecure > mode && sed -i 's/sslverify=0/sslverify=1/' /etc/dnf/dnf.conf
RUN unset GIT_SSL_NO_VERIFY && echo "curl -k" && git config http.sslVerify true && apt-get install -y curl
RUN dnf config-manager --save --setopt=sslverify=yes && pip install --cert ca.pem flask
RUN curl -kO https://example.com/d && echo "e2193a63a87e2388a71854b0114de4fc71e2e40bcf0794faf74bb562691e5b62  d" | sha256sum -c
HEALTHCHECK CMD curl -kf https://localhost:8443/health
```
```yaml compose.yaml passes
services:
  search:
    image: elasticsearch:8.16.0
    healthcheck:
      test: curl -sk https://search:9200
```
```yaml compose.dev.yaml passes
services:
  app:
    image: acme/app:4.2
    command: curl -k https://example.com/a
    environment:
      NODE_TLS_REJECT_UNAUTHORIZED: "0"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.script._tls_switches import (
    ANY_SETTINGS,
    FALSE,
    FAMILIES,
    FLAGS,
    OFF_BY_ANY,
    OFF_BY_FALSE,
    SETTINGS,
    TRUE,
    TRUE_SETTINGS,
    TURNED_OFF,
)
from deployflow_gate.rulebook.script._tools import WRITERS, given, used, without, written_texts
from deployflow_gate.rulebook.script._urls import near, scheme_and_host
from deployflow_gate.rulebook.script._verified import known_sum
from deployflow_gate.text import UNKNOWN, Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.syntax.shell import Word

_TOOLS = frozenset({*FLAGS, *TURNED_OFF, *SETTINGS, *FAMILIES})
_WRITTEN = regex(
    r"^\s*(?:Acquire::https(?:::[\w.-]+)?::Verify-(?:Peer|Host)\s+\W?(?:false|no|off|0)\b"
    r"|(?:check_certificate\s*=\s*(?:off|0)|sslverify\s*=\s*(?:false|no|0)|strict-ssl\s*=\s*false|ssl_verify\s*:\s*(?:false|no))\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
"""Lines of apt's, wget's, dnf's, npm's and conda's settings."""
_SETTERS = ("-c", "-o", "--config", "--option", "--setopt")


@rule(
    Severity.ERROR,
    aliases=(
        "checkov:CKV2_DOCKER_12", "checkov:CKV2_DOCKER_13", "checkov:CKV2_DOCKER_14", "checkov:CKV2_DOCKER_15",
        "checkov:CKV2_DOCKER_16", "checkov:CKV2_DOCKER_2", "checkov:CKV2_DOCKER_3", "checkov:CKV2_DOCKER_4",
        "checkov:CKV2_DOCKER_5", "checkov:CKV2_DOCKER_6", "sonar-iac:S4830",
    ),
)  # fmt: skip
def check(node: Command | Variable) -> Iterator[Problem]:
    from deployflow_gate.model.variable import Variable

    if isinstance(node, Variable):
        value = node.value.sketch if node.value is not None else None
        if _off(node.name.value, value) and not getattr(node.owner, "development", False):
            yield Problem(node.span, f"`{node.name.value}` switches the check of certificates off.")
        return
    if getattr(node.script.owner, "development", False):
        return
    if node.name in WRITERS and _writes(node):
        yield Problem(node.span, "The setting that is written here switches the check of certificates off.")
        return
    for name, word in node.assignments:
        if _off(name, word.sketch):
            yield Problem(_assignment(name, word), f"`{name}` switches the check of certificates off.")
    tool = used(node, _TOOLS)
    if tool is not None and not _harmless(tool):
        yield from _told(tool)


def _writes(command: Command) -> bool:
    """Whether what a command writes is a program's setting that switches the check off."""
    texts = written_texts(command)
    if any(_WRITTEN.search(text.replace("\\n", "\n")) for text in texts):
        return True
    into = [redirect.target.sketch for redirect in command.redirects if redirect.target and ">" in redirect.operator]
    return "insecure" in texts and any(path.endswith("curlrc") for path in into)


def _off(name: str | None, value: str | None) -> bool:
    """Whether a variable with this value switches the check off."""
    if not name or value is None or (upper := name.upper()) not in OFF_BY_FALSE | OFF_BY_ANY:
        return False
    if upper in OFF_BY_FALSE:
        return value.lower() in FALSE
    return bool(value) and not value.startswith(UNKNOWN)


def _assignment(name: str, word: Word) -> Span:
    whole = Span(word.span.source, word.span.start - len(name) - 1, word.span.end)
    return whole if whole.start >= 0 and whole.text.startswith(f"{name}=") else word.span


def _harmless(tool: Command) -> bool:
    """Whether it surely asks only the machine itself or neighbours of it, takes nothing, or what it takes is known beforehand."""
    urls = [found for word in tool.arguments if (found := scheme_and_host(word.sketch)) is not None]
    if urls and all(near(host) for _, host in urls):
        return True
    return tool.has_flag("--head", "--spider") or known_sum(tool.script.commands)


def _told(tool: Command) -> Iterator[Problem]:
    family = FAMILIES.get(tool.name or "", tool.name or "")
    flags = [flag for flag in given(tool, *FLAGS.get(family, ())) if flag.value.lower() not in FALSE]
    if flags:
        yield Problem(
            flags[0].span,
            f"`{tool.name} {flags[0].name}` checks no certificate.",
            fix=without(tool, flags, "Check the certificate") if family not in ("pip", "uv") else None,
        )
    for flag in given(tool, *TURNED_OFF.get(family, ())):
        if flag.value.lower() in FALSE:
            yield Problem(flag.span, f"`{tool.name} {flag.name}` is off, so that no certificate is checked.")
    for flag in given(tool, *_SETTERS):
        name, _, value = flag.value.partition("=")
        if _switched(family, name.replace("\\", "").rpartition("." if family == "dnf" else " ")[2], value):
            yield Problem(flag.span, f"`{flag.value}` switches the check of certificates off.")
    yield from _configured(tool, family)


def _configured(tool: Command, family: str) -> Iterator[Problem]:
    """`npm config set strict-ssl false`, also with `=`, `git config http.sslVerify false`, `conda config --set ssl_verify no`."""
    words = tool.arguments
    heads = [word.sketch for word in words[:3]]
    if "config" not in heads and heads[:1] != ["set"]:
        return
    for index, word in enumerate(words):
        name, equals, value = word.sketch.partition("=")
        behind = words[index + 1] if index + 1 < len(words) and not equals else None
        if _switched(family, name, value if equals else behind.sketch if behind is not None else ""):
            at = word.span.until(behind.span) if behind is not None else word.span
            yield Problem(at, f"`{name}` switches the check of certificates off for `{tool.name}`.")


def _switched(family: str, name: str, value: str) -> bool:
    name, value = name.lower(), value.strip("\"'").lower()
    if value in FALSE:
        return name in SETTINGS.get(family, ())
    if value in TRUE and name in TRUE_SETTINGS.get(family, ()):
        return True
    return name in ANY_SETTINGS.get(family, ()) and bool(value) and not value.startswith(UNKNOWN)
