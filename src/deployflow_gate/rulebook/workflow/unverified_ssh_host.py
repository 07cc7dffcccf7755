r"""A deploy knows the server's key before it connects.

Whoever answers in the server's place gets the secrets and the commands of the deploy, and nobody sees it. A fingerprint, or a
line of `known_hosts` that is kept with the workflow's secrets, tells the server from anybody else.

A check that is switched off:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh -o «StrictHostKeyChecking=no» -o UserKnownHostsFile=/dev/null robot@api.acme.dev ./restart
      - run: |
          cat >> ~/.ssh/config <<EOF
          Host api.acme.dev
            «StrictHostKeyChecking no»
          EOF
      - run: rsync -az -e "ssh -o «UserKnownHostsFile=/dev/null»" compose.yaml robot@api.acme.dev:/srv/
      - run: git push server main
        env:
          GIT_SSH_COMMAND: ssh -o «StrictHostKeyChecking=no»
```
```yaml .github/workflows/deploy.yml fixed
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=~/.ssh/known_hosts robot@api.acme.dev ./restart
      - run: |
          cat >> ~/.ssh/config <<EOF
          Host api.acme.dev
            StrictHostKeyChecking yes
          EOF
      - run: rsync -az -e "ssh -o UserKnownHostsFile=~/.ssh/known_hosts" compose.yaml robot@api.acme.dev:/srv/
      - run: git push server main
        env:
          GIT_SSH_COMMAND: ssh -o StrictHostKeyChecking=yes
```

A key that is asked of the network is the key of whoever answers:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          «ssh-keyscan -H api.acme.dev» >> ~/.ssh/known_hosts
          ssh robot@api.acme.dev ./restart
```

An action that checks nothing unless it is given a fingerprint, or told to:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: «appleboy/scp-action@v0.1.7»
        with:
          host: api.acme.dev
          source: compose.yaml
          target: /srv
      - uses: «appleboy/ssh-action@v1.2.0»
        with:
          host: api.acme.dev
          script: docker compose pull && docker compose up -d
      - uses: «burnett01/rsync-deployments@7.0.2»
        with:
          path: compose.yaml
          remote_path: /srv
```

Keys that are known, and what is told where they come from:

```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          echo "${{ secrets.KNOWN_HOSTS }}" >> ~/.ssh/known_hosts
          # not with StrictHostKeyChecking=no
          ssh -o StrictHostKeyChecking=yes robot@api.acme.dev ./restart
      - run: |
          ssh-keyscan api.acme.dev > scanned
          ssh-keygen -lf scanned | grep "${{ secrets.FINGERPRINT }}"
          cat scanned >> ~/.ssh/known_hosts
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          fingerprint: ${{ secrets.FINGERPRINT }}
          script: docker compose pull
      - uses: burnett01/rsync-deployments@7.0.2
        with:
          strict_hostkeys_checking: true
          path: compose.yaml
          remote_path: /srv
```

A machine that the job itself brought up:

```yaml .github/workflows/test.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          ssh -o StrictHostKeyChecking=no -p 2222 root@localhost make test
          ssh-keyscan -p 2222 127.0.0.1 >> ~/.ssh/known_hosts
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.workflow import Step

_SWITCHED_OFF = regex(
    r"(?i:StrictHostKeyChecking)([= ]\s*)[\"']?(no|off)\b|(?i:UserKnownHostsFile)([= ]\s*)(/dev/null)\b"
)
_ON_THE_RUNNER = regex(r"\b(?:localhost|127\.0\.0\.1|::1|vagrant|multipass|limactl|qemu)\b")
"""Words of a line that goes to a machine which ends with the job."""

CHECKED_BY: Mapping[str, tuple[str, ...]] = {
    "appleboy/ssh-action": ("fingerprint",),
    "appleboy/scp-action": ("fingerprint",),
    "easingthemes/ssh-deploy": ("ssh_cmd_args",),
    "burnett01/rsync-deployments": ("strict_hostkeys_checking",),
}
"""Actions that by default take any server's key → the inputs by which they do not, by their documentation as of 2025."""


@rule(Severity.WARNING, seeds=("001:18",))
def check(step: Step) -> Iterator[Problem]:
    if step.uses is not None:
        wanted = CHECKED_BY.get(step.uses.name or "", ())
        given = [text for name in wanted if (text := step.input(name)) is not None and text.sketch]
        if wanted and not any(text.value not in ("false", "no") for text in given):
            said = f"The action takes any server's key: `{wanted[0]}` is not given."
            yield Problem(step.uses.span, said)
    for span in _places(step):
        yield from _off(span)
    for command in step.script.commands if step.script is not None else ():
        if command.name == "ssh-keyscan" and _trusted(command):
            said = "The server's key is asked of the network, so that whoever answers is trusted."
            yield Problem(command.span, said)


def _places(step: Step) -> Iterator[Span]:
    if step.run is not None:
        yield step.run.span
    for text in step.with_.values():
        yield text.span
    for variable in step.env:
        if variable.value is not None:
            yield variable.value.span


def _off(span: Span) -> Iterator[Problem]:
    """The first switch of each line; a second one there says the same."""
    seen: set[int] = set()
    found = list(_SWITCHED_OFF.finditer(span.source.text, span.start, span.end))
    for match in found:
        at = Span(span.source, match.start(), match.end())
        line = span.source.line_span(at.line).text
        if at.line in seen or line.lstrip().startswith("#") or _ON_THE_RUNNER.search(line):
            continue
        seen.add(at.line)
        changes = []
        for other in found:
            if span.source.position(other.start())[0] == at.line:
                group, better = (2, "yes") if other[2] else (4, "~/.ssh/known_hosts")
                changes.append(edits.replace(Span(span.source, *other.span(group)), better))
        said = "The server's key is not checked, so that whoever answers gets the secrets of the deploy."
        yield Problem(at, said, fix=Fix("Check the server's key", tuple(changes)))


def _trusted(command: Command) -> bool:
    """Whether what a scan brought goes to the known hosts as it is."""
    if _ON_THE_RUNNER.search(command.span.text):
        return False
    targets = [r.target.sketch for r in command.redirects if r.target is not None and r.operator in (">", ">>")]
    targets += [word.sketch for other in command.pipes_into for word in other.arguments if other.name == "tee"]
    checked = any(c.name == "ssh-keygen" and c.has_flag("-l", "-lf", "-E") for c in command.script.commands)
    return not checked and any("known_hosts" in target for target in targets)
