r"""No environment file with secrets is in the repository.

Whoever can read the repository or its history has them, and every server gets the same ones. Such a file belongs on the server
alone; the repository holds an example of it without the values. Change the secrets, since the history keeps them.

A file with a password that production runs with:

```text .env fails
# settings of the server
TAG=4.2
DB_PASSWORD=«Tr0ub4dor-and-3»
export STRIPE_API_KEY="4f9a1c7e2b8d"
```
```yaml compose.yaml fails
services:
  api:
    image: acme/api:${TAG}
    env_file: .env
```

By another name, and a password in an address:

```text deploy/prod.env fails
DATABASE_URL=postgres://app:«hunter2»@db.acme.dev/app
```

Settings that are no secrets, an example, and a file of tests:

```text .env passes
TAG=4.2
COMPOSE_PROJECT_NAME=acme
NEXT_PUBLIC_API_KEY=4f9a1c7e2b8d
DB_PASSWORD=
TOKEN_URL=https://login.acme.dev
DB_PASSWORD_FILE=/run/secrets/db
API_KEY=<your-key>
SESSION_SECRET=changeme # replace it
```
```text .env.example passes
DB_PASSWORD=Tr0ub4dor-and-3
```
```text .env.test passes
DB_PASSWORD=Tr0ub4dor-and-3
```
```text tests/fixtures/.env passes
DB_PASSWORD=Tr0ub4dor-and-3
```

A file that git leaves out is on this machine alone, and encrypted values may be read by everybody:

```text .gitignore passes
node_modules/
.env
!.env.example
```
```text .env passes
DB_PASSWORD=Tr0ub4dor-and-3
```
```text .env.production passes
DB_PASSWORD=encrypted:BK9r2wHc0sV7mQ==
API_TOKEN=ENC[AES256_GCM,data:aGVsbG8=,type:str]
```

## Options

- `allowed`: files (globs) that may be in the repository although they hold secrets.
- `names`: more file names (globs) of environment files.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.build import is_development_name
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.secrets._secret_kinds import secrets_in
from deployflow_gate.rulebook.secrets._secret_names import is_secret_name, is_shown
from deployflow_gate.rulebook.secrets._secret_values import is_place, is_written_out, url_passwords
from deployflow_gate.syntax.globs import match
from deployflow_gate.text import Source, Span

if TYPE_CHECKING:
    from deployflow_gate.model.project import Project

ENV_FILES = (".env", ".env.*", "*.env", ".envrc", "env.production", "env.prod")

HARMLESS = (
    "*example*", "*sample*", "*template*", "*.tmpl", "*.tpl", "*.dist", "*.defaults", "*default*", "*.schema", "*.enc",
    "*.encrypted", "*.gpg", "*.age", "*.vault", "*.md", "*.d.ts", "*.ts", "*.js", "*.py", "*.rb", "*.go", "*.j2", "*.erb",
    "*.ci", "*.docs", "*demo*",
)  # fmt: skip
"""Examples, files of code, encrypted files, and those of continuous integration."""

MAX_FILES = 200
"""Environment files that are read; real repositories have a handful."""

_LINE = regex(
    r"[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s#][^\n#]*)?)[ \t]*(?:#[^\n]*)?\r?"
)
_ENCRYPTED = ("encrypted:", "ENC[", "vault:", "op://", "ref+", "sm://", "ssm:", "arn:")
_FILLERS = frozenset({"changeme", "change-me", "change_me", "changethis", "changeit"})
"""Here they ask a person to fill them in; a variable of a running service is another thing."""


@rule(Severity.ERROR, seeds=("001:16",))
def check(project: Project, *, allowed: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Iterator[Problem]:
    files = [path for path in sorted(project.paths) if _fits(basename(path), ENV_FILES + names)]
    for path in files[:MAX_FILES]:
        if _fits(basename(path).lower(), HARMLESS) or _fits(path, allowed) or is_development_name(path):
            continue
        if _left_out(project, path):
            continue
        source = project.read_text(path)
        secrets = list(_secrets(source)) if source is not None else []
        if secrets:
            name, first = secrets[0]
            said = f"`{path}` is in the repository with the value of `{name}`."
            if len(secrets) > 1:
                said = f"`{path}` is in the repository with the values of `{name}` and other secrets."
            yield Problem(first, said, hide=tuple(span for _, span in secrets))


def _secrets(source: Source) -> Iterator[tuple[str, Span]]:
    """Each variable with a secret, and where that stands."""
    for number in range(1, len(source.line_starts) + 1):
        line = source.line_span(number)
        found = _LINE.fullmatch(line.text)
        group = next((g for g in (2, 3, 4) if found is not None and found[g]), 0)
        if found is None or not group or found[group].startswith(_ENCRYPTED):
            continue
        name, value, at = found[1], found[group].rstrip(), line.start + found.start(group)
        within = [(p.start, p.end) for p in url_passwords(value)] or [(s.start, s.end) for s in secrets_in(value)]
        if within:
            yield name, Span(source, at + within[0][0], at + within[0][1])
        elif is_secret_name(name) and not is_shown(name) and not is_place(value) and _secret(value):
            yield name, Span(source, at, at + len(value))


def _secret(value: str) -> bool:
    return is_written_out(value) and not any(filler in value.lower() for filler in _FILLERS)


def _left_out(project: Project, path: str) -> bool:
    """Whether a .gitignore of its folder, or of one above, keeps it out of the repository."""
    ignored = False
    folders = ["", *(path[:at] for at, char in enumerate(path) if char == "/")]
    for folder in folders:
        source = project.read_text(f"{folder}/.gitignore" if folder else ".gitignore")
        inside = path[len(folder) :].lstrip("/")
        for line in source.text.splitlines() if source is not None else ():
            pattern = line.strip()
            kept = pattern.startswith("!")
            pattern = pattern.lstrip("!")
            if not pattern or pattern.startswith("#") or ignored is not kept:
                continue  # nothing that it could change
            if pattern.startswith("/") and "/" not in pattern[1:]:
                hit = fnmatchcase(inside.partition("/")[0], pattern[1:])
            else:
                hit = match(pattern.lstrip("/"), inside)
            ignored = hit != kept if hit else ignored
    return ignored


def _fits(path: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, glob) for glob in globs)
