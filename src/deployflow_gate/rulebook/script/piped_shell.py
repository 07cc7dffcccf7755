r"""Nothing that was just downloaded is run unseen.

Who controls the server, or what is on the way to it, controls what is run: in the image, or with the workflow's secrets. What is
downloaded changes without notice, too. Take a package, or a version whose sum is known: download it, check the sum, run it.

Reported are downloads that a shell or another interpreter reads, and files that are downloaded and run by the same script; not those
which the script checks, nor those of a URL that names a commit.

Through a pipe, in an image:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «curl -fsSL https://example.com/setup.sh | bash -» && apt-get install -y tool
RUN «wget -qO- https://example.com/setup.py | sed s/a/b/ | sudo -E python3» || true
```

As an argument, and evaluated:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «bash -c "$(curl -fsSL https://example.com/setup.sh)"»
RUN «bash <(curl -fsSL https://example.com/setup.sh) --yes»
RUN «eval "$(wget -qO- https://example.com/env.sh)"»
RUN sudo su -c "«bash <(wget -qO- https://example.com/setup.sh)»" root
```

By way of a file:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «curl -fsSLo /tmp/setup.sh https://example.com/setup.sh» && chmod +x /tmp/setup.sh && /tmp/setup.sh
RUN «curl -fsSL https://example.com/get-pip.py» > get-pip.py; python3 get-pip.py
RUN «wget https://example.com/tool.run» && sh ./tool.run --quiet
```

In a workflow:

```yaml .github/workflows/test.yml fails
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          «curl -s https://example.com/setup.sh | sudo sh -s -- --yes»
      - run: «iwr https://example.com/setup.ps1 | iex»
        shell: pwsh
```

Checked before it is run, or a version that cannot change:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN curl -fsSLo setup.sh https://example.com/setup.sh && echo "$SUM  setup.sh" | sha256sum -c && sh setup.sh
RUN curl -fsSL https://raw.githubusercontent.com/acme/tool/0a727065ae5a2313e8e6acf172844e8ca30c1822/setup.sh | sh
```

Only read, kept, or one's own:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN curl -fsSL https://example.com/a.tgz | tar xz && curl -fsSL https://example.com/version | python3 -m json.tool
RUN curl -fsSL https://example.com/list.json | python3 -c 'import json' && curl -fsSL https://example.com/key | gpg --dearmor
RUN curl -fsSLo /usr/local/bin/tool https://example.com/tool && chmod +x /usr/local/bin/tool
RUN sh -c "echo $(curl -fsSL https://example.com/version)" && bash setup.sh < list
RUN curl -fsSL http://localhost:8080/setup.sh | sh
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.command_wrappers import SHELLS
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._downloads import written
from deployflow_gate.rulebook.script._urls import fixed_content, itself, scheme_and_host
from deployflow_gate.rulebook.script._verified import verified
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.script import Script

_LOADERS = frozenset({"curl", "wget"})
_INTERPRETERS = regex(r"(?:python|perl|ruby|php|node|nodejs|deno|bun|lua)[0-9.]*")
_ASIDE = frozenset({"-", "/dev/stdin", "/proc/self/fd/0"})
_READS_CODE = frozenset({"-c", "-e", "-m", "-r", "-ne", "-pe", "-n", "-p", "--eval", "--print", "--version", "-V"})
"""Flags by which an interpreter takes its program from elsewhere than its input."""

_KEPT = ("/usr/local/bin/", "/usr/bin/", "/usr/local/sbin/", "/bin/", "/opt/")
_POWERSHELL = regex(
    r"\b(?:iwr|irm|curl|wget|Invoke-WebRequest|Invoke-RestMethod)\b[^|;\n]{0,500}\|\s*(?:iex|Invoke-Expression)\b"
    r"|\b(?:iex|Invoke-Expression)\b[^\n;]{0,500}(?:\.DownloadString|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b)[^\n;]{0,500}",
    re.IGNORECASE,
)
MAX_COMMANDS = 500
"""Of longer scripts nothing is said, since each download is held against each command; the longest real one has 124."""


@rule(Severity.WARNING, aliases=("poutine:unverified_script_exec", "scorecard:download-then-run", "semgrep:curl-eval"))
def check(script: Script) -> Iterator[Problem]:
    if script.dialect in ("powershell", "cmd"):
        for found in _POWERSHELL.finditer(script.text.text):
            at = script.text.span(found.start(), found.start() + len(found[0].rstrip()))
            yield Problem(at, "What is downloaded is run unseen.")
        return
    if getattr(script.owner, "development", False) or len(script.commands) > MAX_COMMANDS:
        return
    for index, command in enumerate(script.commands):
        if command.name not in _LOADERS or _harmless(command):
            continue
        reader = _reader(command)
        if reader is not None:
            both = sorted((command.span, reader.span), key=lambda span: (span.start, -span.end))
            at = both[0] if both[0].contains(both[1]) else both[0].until(both[1])
            yield Problem(at, f"What `{command.name}` downloads is run by `{reader.name}` unseen.")
        elif (runner := _runner(command, script.commands[index + 1 :])) is not None:
            yield Problem(
                command.span, f"What `{command.name}` downloads here is run by this script unseen ({runner})."
            )


def _harmless(command: Command) -> bool:
    """Whether the URLs of a download are the machine's own, or what is behind them cannot change."""
    urls = [(word.sketch, found) for word in command.arguments if (found := scheme_and_host(word.sketch)) is not None]
    return bool(urls) and all(itself(host) or fixed_content(url) for url, (_, host) in urls)


def _reader(command: Command) -> Command | None:
    """The shell or interpreter whose program is a command's output."""
    ahead: list[Command] = list(command.pipes_into)
    for _ in range(10):
        for reader in ahead:
            if _reads_program(reader):
                return reader
        ahead = [further for reader in ahead[:1] for further in reader.pipes_into]
        if not ahead:
            break
    outer = command.outer
    if outer is None or command.pipes_into:
        return None
    if outer.name in ("eval", "source", "."):
        return outer
    if outer.name in SHELLS and _given(outer, command):
        return outer
    return None


def _reads_program(reader: Command) -> bool:
    """Whether an interpreter reads its program from its input."""
    name = reader.name or ""
    if name in SHELLS:
        if reader.has_flag("-c"):
            return False
        return not reader.operands or reader.operands[0].sketch in _ASIDE or reader.has_flag("-s")
    if not _INTERPRETERS.fullmatch(name):
        return False
    if any(word.sketch in _READS_CODE or word.sketch.startswith(("-c", "-e", "-m", "-r")) for word in reader.arguments):
        return False
    return not reader.operands or reader.operands[0].sketch in _ASIDE


def _given(shell: Command, command: Command) -> bool:
    """Whether a substitution is what a shell runs: all of its text behind `-c`, or the file that is its program."""
    for word in shell.arguments:
        if word.span.contains(command.span):
            written = word.span.text.lstrip("\"'")
            return written.startswith("<(") or (written.startswith(("$(", "`")) and shell.has_flag("-c"))
    return False


def _runner(command: Command, later: tuple[Command, ...]) -> str | None:
    """How a later command of the script calls what a download is written to, if it runs it unchecked."""
    names = {name for name in written(command) if _told(name)}
    if not names or any(verified((other,)) for other in later):
        return None
    for other in later:
        for name in names:
            if other.words and _same(other.words[0].sketch, name, called=True):
                return other.words[0].sketch
            program = next(iter(other.operands), None)
            runs = other.name in SHELLS or other.name in ("source", ".") or _INTERPRETERS.fullmatch(other.name or "")
            if runs and program is not None and not other.has_flag("-c", "-m") and _same(program.sketch, name):
                return f"{other.name} {program.sketch}"
    return None


def _told(name: str) -> bool:
    return bool(name) and name != "-" and not name.startswith(("/dev/", *_KEPT)) and UNKNOWN not in basename(name)


def _same(word: str, name: str, *, called: bool = False) -> bool:
    """Whether a word is the file; a command without a slash is looked up in PATH, where the file hardly is."""
    if called and "/" not in word:
        return False
    if word.startswith("/") and name.startswith("/"):
        return word == name
    return basename(word) == basename(name) and (word.startswith(("./", "/")) or "/" not in word or word == name)
