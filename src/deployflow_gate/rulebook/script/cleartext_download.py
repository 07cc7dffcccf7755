r"""Downloads are encrypted.

What comes over plain `http` or `ftp` can be read and changed by everybody on the way, and it ends up in the image. Most servers speak
`https`, too.

Not reported are hosts of one's own network, what is checked by a sum or a signature in the same script, and repositories of packages
that are signed (`apt`, `apk`).

With `redirects`, what may be led from `https` to `http` is reported, too: `curl -L` without `--proto '=https'`, and `wget` without
`--max-redirect=0`.

By what downloads, and from a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl -O «http://example.com/a.tgz» && wget -q «"ftp://ftp.example.com/b.tgz"»
RUN git clone «http://git.example.com/c.git»
RUN ["wget", «"HTTP://example.com/d"»]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl -O https://example.com/a.tgz && wget -q "https://ftp.example.com/b.tgz"
RUN git clone https://git.example.com/c.git
RUN ["wget", "https://example.com/d"]
```

By way of a variable, by ADD, and an index of packages:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ARG MIRROR=http://mirror.example.com
RUN curl -fsSL «$MIRROR/a.tgz» | tar xz
ADD «http://example.com/e.tgz» «"http://example.com/f.tgz"» /opt/
RUN pip install «--index-url=http://pypi.example.com/simple» flask && npm config set registry «http://npm.example.com»
RUN rpm -i «http://example.com/tool.rpm»
```

When a container starts:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
CMD ["fetch", «"http://example.com/config"»]
```

In a workflow:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  fetch:
    runs-on: ubuntu-24.04
    steps:
      - run: curl -fsSLO «http://example.com/a.tgz»
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  fetch:
    runs-on: ubuntu-24.04
    steps:
      - run: curl -fsSLO https://example.com/a.tgz
```

A redirect to plain http is followed:

```dockerfile Dockerfile fails redirects=true
FROM debian:12.8-slim
RUN curl -fsSL «https://example.com/a.tgz» | tar xz && curl -L --proto =https,http -O «https://example.com/b»
RUN wget «https://example.com/c»
```

A redirect to plain http is not followed:

```dockerfile Dockerfile passes redirects=true
FROM debian:12.8-slim
RUN curl -fsSL --proto '=https' https://example.com/a.tgz | tar xz && curl -O https://example.com/b
RUN wget --max-redirect=0 https://example.com/c
RUN wget https://example.com/d && echo "$SUM d" | sha256sum -c
```

Encrypted, near, checked, signed, or nothing that is loaded:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG HOST
RUN curl -fsSL https://example.com/a && curl http://localhost:8080/ && wget http://[::1]/ http://10.0.0.7/b http://artifacts/c
RUN curl -O http://$HOST/d && curl -O http://
RUN wget http://example.com/e.tgz && echo "$SUM e.tgz" | sha256sum -c
RUN curl -fsSL -x http://proxy.example.com:3128 https://example.com/g.tgz && pip install --proxy=http://proxy.example.com:3128 flask
RUN echo http://example.com/ && apk add -X http://dl-cdn.alpinelinux.org/alpine/edge/main tool
RUN sed -i s,http://a.example.com,https://b.example.com, /etc/x && curl -I http://example.com
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d http://example.com/f.tgz /
CMD ["server", "--public-url=http://app.example.com", "--upstream", "http://backend:8080"]
```
```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          curl -f -o /dev/null http://app.example.com/health
          ./test --url http://app.example.com/
```

## Options

- `redirects`: also report what may be redirected to plain http.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.record import replace
from deployflow_gate.rulebook.script._tools import given
from deployflow_gate.rulebook.script._urls import near, scheme_and_host
from deployflow_gate.rulebook.script._verified import verified
from deployflow_gate.text import UNKNOWN, Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Add

_PLAIN = frozenset({"http", "ftp"})
_DOWNLOADERS = frozenset({
    "aria2c", "axel", "bower", "bun", "bundle", "cargo", "composer", "conda", "curl", "dnf", "gem", "git", "go", "hg",
    "http", "lftp", "microdnf", "npm", "pip", "pip2", "pip3", "pnpm", "rpm", "svn", "tdnf", "uv", "wget", "wget2",
    "yarn", "yum", "yum-config-manager", "zypper",
})  # fmt: skip
_NO_LOADERS = frozenset({
    "[", "[[", "add-apt-repository", "apk", "apt", "apt-add-repository", "apt-get", "apt-key", "aptitude", "awk", "cd",
    "cp", "echo", "env", "export", "false", "find", "gpg", "grep", "egrep", "fgrep", "java", "ln", "ls", "mkdir", "mv",
    "openssl", "perl", "printf", "rm", "sed", "sh", "bash", "sleep", "tee", "test", "true", "tr", "xmlstarlet",
})  # fmt: skip
"""Commands that load nothing, or only what is signed, so that a URL among their words is something else."""

_PROBES = frozenset({"-I", "--head", "--spider"})


@rule(Severity.WARNING, aliases=("datadog-iac:avoid_http", "sonar-iac:S5332", "sonar-iac:S6506"))
def check(node: Command | Add, *, redirects: bool = False) -> Iterator[Problem]:
    from deployflow_gate.model.command import Command

    if not isinstance(node, Command):
        if node.flag("checksum") is None:
            yield from (found for source in node.sources if (found := _plain(source.sketch, source.span)) is not None)
        return
    if not any("://" in word.sketch for word in node.words):
        return
    if not _loads(node) or verified(node.script.commands):
        return
    proxies = _proxies(node)
    for word in node.words:
        url = word.sketch
        if any(word.span.contains(proxy) for proxy in proxies):
            continue
        if url.startswith("-"):
            url = url.partition("=")[2] if node.name in _DOWNLOADERS else ""
        problem = _plain(url, word.span)
        if problem is not None:
            # what https may be led away from again is not mended by it
            yield replace(problem, fix=None) if redirects and _follows(node) else problem
        elif redirects and url.lower().startswith("https://") and _follows(node):
            yield Problem(word.span, "A redirect to plain `http` is followed.")


def _proxies(command: Command) -> tuple[Span, ...]:
    """The words that name what the download goes through, which sees nothing of an encrypted one."""
    if command.name not in ("curl", "pip", "pip3"):
        return ()
    names = ("-x", "--proxy", "--preproxy") if command.name == "curl" else ("--proxy",)
    return tuple(word.span for word in command.options(*names))


def _plain(url: str, span: Span) -> Problem | None:
    found = scheme_and_host(url)
    if found is None or found[0] not in _PLAIN or near(found[1]) or not found[1].strip(".") or UNKNOWN in found[1]:
        return None
    scheme, host = found
    written = span.text
    at = written.lower().find(f"{scheme}://")
    fix = None
    if at >= 0 and "$" not in written[: at + len(scheme) + 3 + len(host)]:
        start = span.start + at
        fix = Fix("Use https", (edits.replace(Span(span.source, start, start + len(scheme)), "https"),))
    return Problem(span, f"What comes from `{host}` is not encrypted.", fix=fix)


def _loads(command: Command) -> bool:
    """Whether the URLs among a command's words are loaded: by what is known to, or by any program of a Dockerfile."""
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Healthcheck, Instruction

    owner = command.script.owner
    if isinstance(owner, Healthcheck) or getattr(owner, "development", False):
        return False
    if command.name in ("curl", "wget") and (
        _is_probe(command) or (not isinstance(owner, Instruction) and _talks(command))
    ):
        return False
    if command.name in _DOWNLOADERS:
        return True
    return isinstance(owner, Cmd | Entrypoint) and command.name not in _NO_LOADERS


def _is_probe(command: Command) -> bool:
    """Whether only the answer counts, and nothing is kept."""
    if command.has_flag(*_PROBES):
        return True
    outputs = command.options("-o", "--output", "-O", "--output-document")
    kept = [word.sketch for word in outputs] + [
        r.target.sketch for r in command.redirects if r.target and ">" in r.operator
    ]
    return "/dev/null" in kept


def _talks(command: Command) -> bool:
    """Whether curl asks a service something rather than load a file of it."""
    return command.has_flag("-X", "--request", "-d", "--data", "--data-binary", "--data-raw", "--json", "-F", "--form")


def _follows(command: Command) -> bool:
    """Whether a download follows redirects to any protocol."""
    if command.name == "curl":
        allowed = [flag.value for flag in given(command, "--proto", "--proto-redir")]
        return command.has_flag("-L", "--location", "--location-trusted") and "=https" not in allowed
    return (
        command.name == "wget"
        and not any(word.sketch == "--max-redirect=0" for word in command.arguments)
        and "0" not in [word.sketch for word in command.options("--max-redirect")]
    )
